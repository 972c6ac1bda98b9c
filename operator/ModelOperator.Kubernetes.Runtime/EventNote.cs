namespace ModelOperator.Kubernetes.Runtime;

/// <summary>An event to tell about an object; data, written by the event recorder.</summary>
/// <param name="Type">Normal or Warning; see <see cref="Normal"/> and <see cref="Warning"/>.</param>
/// <param name="Reason">CamelCase constant, at most 128 characters.</param>
/// <param name="Message">Text for people, cut at 1024 bytes.</param>
/// <param name="Regarding">The object it is about; the reconciled object when null.</param>
public sealed record EventNote(string Type, string Reason, string Message, V1ObjectReference? Regarding = null)
{
    /// <summary>Type of an expected event.</summary>
    public const string NormalType = "Normal";

    /// <summary>Type of an event that somebody should look at.</summary>
    public const string WarningType = "Warning";

    /// <summary>An expected event.</summary>
    public static EventNote Normal(string reason, string message) => new(NormalType, reason, message);

    /// <summary>An event that somebody should look at.</summary>
    public static EventNote Warning(string reason, string message) => new(WarningType, reason, message);
}
