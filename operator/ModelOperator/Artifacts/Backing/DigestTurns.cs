namespace ModelOperator.Artifacts;

/// <summary>One at a time for each digest, and whether anybody is at it. Thread-safe.</summary>
internal sealed class DigestTurns
{
    private readonly Dictionary<Sha256Digest, Turn> _turns = [];

    /// <summary>Waits for the turn; disposing of it lets the next go on.</summary>
    public async Task<IDisposable> EnterAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        Turn turn;
        lock (_turns)
        {
            if (!_turns.TryGetValue(digest, out turn!))
                _turns[digest] = turn = new Turn(this, digest);
            turn.Users++;
        }

        try
        {
            await turn.Gate.WaitAsync(cancellationToken);
            return turn;
        }
        catch
        {
            Leave(turn);
            throw;
        }
    }

    /// <summary>Whether somebody has the turn or waits for it.</summary>
    public bool IsTaken(Sha256Digest digest)
    {
        lock (_turns)
            return _turns.ContainsKey(digest);
    }

    private void Leave(Turn turn)
    {
        lock (_turns)
        {
            if (--turn.Users > 0)
                return;
            _turns.Remove(turn.Digest);
        }

        turn.Gate.Dispose();
    }

    private sealed class Turn(DigestTurns all, Sha256Digest digest) : IDisposable
    {
        public Sha256Digest Digest { get; } = digest;

        public SemaphoreSlim Gate { get; } = new(1);

        public int Users { get; set; }

        public void Dispose()
        {
            Gate.Release();
            all.Leave(this);
        }
    }
}
