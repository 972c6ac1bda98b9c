namespace ModelOperator.Kubernetes.Runtime.Controllers;

/// <summary>Wakes controllers from elsewhere in the process. Never the only way to learn of something: a process that starts hears nothing. Thread-safe.</summary>
public sealed class KeySignal
{
    private readonly Lock gate = new();
    private Action<NamespacedName>? heard;

    /// <summary>Tells every controller that hears this; one that does not lead ignores it.</summary>
    /// <param name="key">Key.</param>
    public void Tell(NamespacedName key) => Volatile.Read(ref heard)?.Invoke(key);

    /// <summary>Calls back with every key from now on; the callback must be quick.</summary>
    /// <param name="hear">Callback.</param>
    public void Subscribe(Action<NamespacedName> hear)
    {
        lock (gate)
            Volatile.Write(ref heard, heard + hear);
    }
}
