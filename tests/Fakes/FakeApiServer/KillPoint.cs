namespace ModelOperator.Fakes;

/// <summary>Where a client dies around a write.</summary>
public enum KillPoint
{
    /// <summary>The write never happens.</summary>
    BeforeWrite,

    /// <summary>The write happens, the client never learns of it.</summary>
    BeforeReply,
}
