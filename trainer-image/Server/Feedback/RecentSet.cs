namespace ModelOperator.Server.Feedback;

/// <summary>Remembers the last values it was given, up to a limit.</summary>
internal sealed class RecentSet(int capacity)
{
    private readonly Lock _lock = new();
    private readonly HashSet<ulong> _known = [];
    private readonly Queue<ulong> _order = new();

    /// <summary>Adds a value.</summary>
    /// <returns>False when it is among the remembered ones.</returns>
    internal bool Add(ulong value)
    {
        lock (_lock)
        {
            if (!_known.Add(value))
                return false;
            _order.Enqueue(value);
            if (_order.Count > capacity)
                _known.Remove(_order.Dequeue());
            return true;
        }
    }
}
