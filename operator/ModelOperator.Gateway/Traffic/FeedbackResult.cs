using System.Text.Json;

namespace ModelOperator.Gateway.Traffic;

/// <summary>What one version answered to its part of a batch.</summary>
/// <param name="Version">Model version.</param>
/// <param name="Status">HTTP status; 502 when it could not be reached.</param>
/// <param name="Body">Its answer, when that was JSON.</param>
public sealed record FeedbackResult(string Version, int Status, JsonElement? Body);
