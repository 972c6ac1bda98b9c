using ModelOperator.ModelFormat;

namespace ModelOperator.Server.PredictionLogs;

/// <summary>A row as the model saw it.</summary>
/// <param name="Features">The model's features; the same list for all rows of a model.</param>
/// <param name="Values">Encoded values, in their order.</param>
internal sealed record LoggedRow(List<FeatureDocument> Features, float[] Values);
