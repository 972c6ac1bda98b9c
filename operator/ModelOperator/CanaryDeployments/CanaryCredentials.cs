namespace ModelOperator.CanaryDeployments;

/// <summary>Secrets of one version's Pods; deterministic, so that steady state writes nothing.</summary>
/// <param name="ReadToken">Token that reads this version's bytes, and nothing else, from the artifact store.</param>
/// <param name="FeedbackKey">Key that signs prediction ids, the same in all replicas.</param>
/// <param name="PredictionsToken">Token that hands over predictions of this version, and nothing else; null where none is needed.</param>
public sealed record CanaryCredentials(string ReadToken, string FeedbackKey, string? PredictionsToken = null);
