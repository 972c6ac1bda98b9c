namespace ModelOperator.Server.Http;

/// <summary>Maps paths to routes.</summary>
internal static class RouteTable
{
    internal static Route Find(string path, ServerOptions options) => path switch
    {
        "/predict" => Route.Predict,
        "/predict/batch" => Route.PredictBatch,
        "/feedback" => Route.Feedback,
        "/health" => Route.Health,
        "/model/info" => Route.ModelInfo,
        "/metrics" => Route.Metrics,
        "/v2" or "/v2/" => Route.V2Server,
        "/v2/health/live" => Route.V2Live,
        "/v2/health/ready" => Route.V2Ready,
        _ when path.StartsWith("/v2/models/", StringComparison.Ordinal) => FindModel(path["/v2/models/".Length..].Split('/'), options),
        _ => Route.Unknown,
    };

    /// <summary>Scoring routes are counted; they and feedback take POST, all others GET and HEAD.</summary>
    internal static bool IsScoring(Route route) => route is Route.Predict or Route.PredictBatch or Route.Infer;

    internal static bool HasBody(Route route) => IsScoring(route) || route == Route.Feedback;

    internal static bool Allows(Route route, string method) => HasBody(route)
        ? HttpMethods.IsPost(method)
        : HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    private static Route FindModel(string[] parts, ServerOptions options)
    {
        if (parts is [_, "versions", _, ..] && !IsVersion(parts[2], options))
            return Route.UnknownModel;
        var action = parts is [_, "versions", _, .. var versioned] ? versioned : parts[1..];
        return action switch
        {
            [] or ["ready"] or ["infer"] when parts[0] != options.ModelName => Route.UnknownModel,
            [] => Route.V2Model,
            ["ready"] => Route.V2ModelReady,
            ["infer"] => Route.Infer,
            _ => Route.Unknown,
        };
    }

    // diamonds-7 is version 7 of diamonds.
    private static bool IsVersion(string text, ServerOptions options) =>
        text == options.ModelVersion || options.ModelVersion == $"{options.ModelName}-{text}";
}
