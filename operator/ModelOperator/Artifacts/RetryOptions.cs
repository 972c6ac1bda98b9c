namespace ModelOperator.Artifacts;

/// <summary>Bounds of repeated transfers.</summary>
/// <param name="Window">How long failures may last without any progress before giving up.</param>
/// <param name="First">Pause after the first failure; doubles with each further one.</param>
/// <param name="Longest">Longest pause.</param>
public sealed record RetryOptions(TimeSpan Window, TimeSpan First, TimeSpan Longest)
{
    /// <summary>Three minutes; pauses from half a second to fifteen.</summary>
    public static RetryOptions Default { get; } = new(TimeSpan.FromMinutes(3), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(15));
}
