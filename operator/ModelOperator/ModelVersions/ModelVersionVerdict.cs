namespace ModelOperator.ModelVersions;

/// <summary>What a version is now, before it is told in phase and conditions.</summary>
/// <param name="Phase">Phase.</param>
/// <param name="Reason">One word.</param>
/// <param name="Message">What happened and what to do.</param>
/// <param name="Verified">Whether the bytes are verified; null when that is not known yet.</param>
/// <param name="RequeueAfter">When to look again at the latest.</param>
public sealed record ModelVersionVerdict(ModelVersionPhase Phase, string Reason, string Message, bool? Verified, TimeSpan? RequeueAfter = null)
{
    /// <summary>How the gates were judged, then or now; null when there were none.</summary>
    public IReadOnlyList<ModelGateResult>? Gates { get; init; }

    /// <summary>What the gates were.</summary>
    public string? GatesHash { get; init; }
}
