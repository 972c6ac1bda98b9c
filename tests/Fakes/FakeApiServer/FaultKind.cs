namespace ModelOperator.Fakes;

/// <summary>What goes wrong.</summary>
public enum FaultKind
{
    /// <summary>Answer with a status code; nothing is done.</summary>
    Status,

    /// <summary>Never answer.</summary>
    Hang,

    /// <summary>Cut the connection; nothing is done.</summary>
    CutBefore,

    /// <summary>Do it, then cut the connection instead of answering.</summary>
    CutAfter,

    /// <summary>Answer with a body that is no JSON.</summary>
    GarbageBody,

    /// <summary>Watch: send a line that is no event, then go on.</summary>
    GarbageWatchLine,

    /// <summary>Watch: close the stream after Delay.</summary>
    CloseWatchAfter,

    /// <summary>Watch: cut the connection in the middle of a line after Delay.</summary>
    CutWatchAfter,

    /// <summary>Watch: an ERROR event 410 after Delay.</summary>
    WatchGone,

    /// <summary>Watch: bookmarks only, no events.</summary>
    BookmarkOnly,

    /// <summary>Watch: headers, then silence for ever, whatever timeoutSeconds says.</summary>
    SilentWatch,
}
