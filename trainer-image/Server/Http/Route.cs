namespace ModelOperator.Server.Http;

/// <summary>What a path asks for.</summary>
internal enum Route
{
    Unknown,
    Predict,
    PredictBatch,
    Infer,
    Feedback,
    Health,
    ModelInfo,
    Metrics,
    V2Server,
    V2Live,
    V2Ready,
    V2Model,
    V2ModelReady,
}
