namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>Writes of one reconciled object that no cache has shown yet. Thread-safe.</summary>
internal sealed class PendingWrites
{
    private readonly Lock gate = new();
    private readonly List<Func<bool>> unseen = [];

    public void Add(Func<bool> isSeen)
    {
        lock (gate)
            unseen.Add(isSeen);
    }

    public bool AnyUnseen()
    {
        lock (gate)
        {
            unseen.RemoveAll(static isSeen => isSeen());
            return unseen.Count > 0;
        }
    }
}
