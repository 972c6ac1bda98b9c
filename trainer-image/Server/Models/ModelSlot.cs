using System.Diagnostics.CodeAnalysis;
using ModelOperator.Server.PredictionLogs;

namespace ModelOperator.Server.Models;

/// <summary>One model of this server and the version of it that answers now.</summary>
internal sealed class ModelSlot : IDisposable
{
    private LiveVersion? _current;
    private VersionBooks? _books;
    private VersionBooks? _previous;
    private VersionRefusal? _refused;
    private long _loads;
    private long _refusals;
    private long _rowsBefore;
    private int _inMemory;

    internal ModelSlot(ModelSettings settings, ServerOptions options, TimeProvider time, PredictionLog? log = null)
    {
        Settings = settings;
        // A version that stays is counted from the start of the process, also what it cannot answer yet.
        if (settings.Version is { } version)
            _books = new VersionBooks(options, time, settings.Name, version, log);
    }

    internal ModelSettings Settings { get; }

    internal string Name => Settings.Name;

    /// <summary>What answers; null before the first version is loaded and checked.</summary>
    internal LiveVersion? Current => Volatile.Read(ref _current);

    /// <summary>Books of the current version, or of the one that will be; null where nobody knows yet which.</summary>
    internal VersionBooks? Books => Volatile.Read(ref _books);

    /// <summary>Books of the version before, for truths that come late; null for none.</summary>
    internal VersionBooks? Previous => Volatile.Read(ref _previous);

    /// <summary>What should be served and cannot be; null when all is well.</summary>
    internal VersionRefusal? Refused => Volatile.Read(ref _refused);

    /// <summary>
    /// Books of a version that answers or answered just before, to be gone on with when it is loaded once more, from another folder or after a way back: other ones would have the same series
    /// on /metrics, and count truths again that came before. Null for another version.
    /// </summary>
    internal VersionBooks? BooksOf(string version) => Books?.Version == version ? Books : Previous?.Version == version ? Previous : null;

    /// <summary>Versions that were loaded, and that were refused.</summary>
    internal (long Loaded, long Refused) Loads => (Interlocked.Read(ref _loads), Interlocked.Read(ref _refusals));

    /// <summary>Loaded versions whose memory was not given back yet.</summary>
    internal int InMemory => Volatile.Read(ref _inMemory);

    /// <summary>Rows predicted by all versions.</summary>
    internal long Predictions => Interlocked.Read(ref _rowsBefore) + (Previous?.Metrics.Rows ?? 0) + (Books?.Metrics.Rows ?? 0);

    /// <summary>Begins a use of the current version; null while there is none.</summary>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The caller ends the use.")]
    internal VersionUse? Enter()
    {
        while (Current is { } version)
        {
            if (version.Enter() is { } use)
                return use;
            // Replaced and freed since it was read; its successor was there before.
        }

        return null;
    }

    /// <summary>Lets another version answer from now on. Called by one at a time.</summary>
    /// <returns>Ends when the version before is freed.</returns>
    internal Task Switch(VersionBooks books, ServedModel model)
    {
        books.Target = model.Document.Target;
        var version = new LiveVersion(books, model);
        Interlocked.Increment(ref _inMemory);
        Interlocked.Increment(ref _loads);
        Volatile.Write(ref _refused, null);
        if (books != Books)
            Keep(books);
        return FreeAsync(Interlocked.Exchange(ref _current, version));
    }

    /// <summary>Remembers what cannot be served; what answers goes on.</summary>
    internal void Refuse(VersionRefusal refusal)
    {
        Interlocked.Increment(ref _refusals);
        Volatile.Write(ref _refused, refusal);
    }

    /// <summary>What is served is what should be again.</summary>
    internal void Accept() => Volatile.Write(ref _refused, null);

    public void Dispose() => Interlocked.Exchange(ref _current, null)?.Leave();

    private void Keep(VersionBooks books)
    {
        if (Previous is { } oldest && oldest != books)
            Interlocked.Add(ref _rowsBefore, oldest.Metrics.Rows);
        if (Current is not null)
            Volatile.Write(ref _previous, Books);
        Volatile.Write(ref _books, books);
    }

    private async Task FreeAsync(LiveVersion? before)
    {
        if (before is null)
            return;
        before.Leave();
        await before.Freed;
        Interlocked.Decrement(ref _inMemory);
    }
}
