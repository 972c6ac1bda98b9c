namespace ModelOperator.TrainingRuns;

/// <summary>Credentials of one run, a pure function of key and run. Never printed.</summary>
/// <param name="Store">Write token of the artifact store, scoped to the run.</param>
/// <param name="Datasets">Read tokens of the artifact store by dataset name.</param>
/// <param name="Status">Token of the status endpoint, scoped to the run; null when the endpoint is off.</param>
/// <param name="Authority">Certificates, as PEM, that the status endpoint's own is signed by; null where the image's own must do.</param>
public sealed record TrainingRunTokens(string Store, IReadOnlyDictionary<string, string> Datasets, string? Status, string? Authority = null)
{
    /// <summary>No credentials: a store without a key.</summary>
    public static TrainingRunTokens None { get; } = new(string.Empty, new Dictionary<string, string>(), null);

    /// <inheritdoc/>
    public override string ToString() => nameof(TrainingRunTokens);
}
