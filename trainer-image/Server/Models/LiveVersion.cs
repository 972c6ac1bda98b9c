namespace ModelOperator.Server.Models;

/// <summary>A loaded version that answers. Its memory, native memory above all, is given back when it was replaced and the last request that began on it is done with it.</summary>
internal sealed class LiveVersion(VersionBooks books, ServedModel model)
{
    private readonly TaskCompletionSource _freed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    // The slot's own use is the first.
    private int _uses = 1;

    internal VersionBooks Books => books;

    internal ServedModel Model => model;

    /// <summary>Ends when the model's memory was given back.</summary>
    internal Task Freed => _freed.Task;

    /// <summary>Begins a use; null when the model is gone or going.</summary>
    internal VersionUse? Enter()
    {
        for (var uses = Volatile.Read(ref _uses); uses > 0;)
        {
            var before = Interlocked.CompareExchange(ref _uses, uses + 1, uses);
            if (before == uses)
                return new VersionUse(this);
            uses = before;
        }

        return null;
    }

    /// <summary>Ends a use.</summary>
    internal void Leave()
    {
        if (Interlocked.Decrement(ref _uses) > 0)
            return;
        model.Dispose();
        _freed.SetResult();
    }
}
