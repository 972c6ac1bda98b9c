namespace ModelOperator.Server.Http;

/// <summary>Maps paths to routes.</summary>
internal static class RouteTable
{
    private const string Simple = "/models/";
    private const string Protocol = "/v2/models/";

    internal static RouteMatch Find(string path) => path switch
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
        _ when path.StartsWith(Simple, StringComparison.Ordinal) => FindSimple(path[Simple.Length..].Split('/')),
        _ when path.StartsWith(Protocol, StringComparison.Ordinal) => FindProtocol(path[Protocol.Length..].Split('/')),
        _ => Route.Unknown,
    };

    /// <summary>Scoring routes are counted; they and feedback take POST, all others GET and HEAD.</summary>
    internal static bool IsScoring(Route route) => route is Route.Predict or Route.PredictBatch or Route.Infer;

    internal static bool HasBody(Route route) => IsScoring(route) || route == Route.Feedback;

    /// <summary>Whether a route is about one model.</summary>
    internal static bool IsOfModel(Route route) => HasBody(route) || route is Route.ModelInfo or Route.V2Model or Route.V2ModelReady;

    internal static bool Allows(Route route, string method) => HasBody(route)
        ? HttpMethods.IsPost(method)
        : HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    private static RouteMatch FindSimple(string[] parts) => parts switch
    {
        [var model, "predict"] => new RouteMatch(Route.Predict, model),
        [var model, "predict", "batch"] => new RouteMatch(Route.PredictBatch, model),
        [var model, "feedback"] => new RouteMatch(Route.Feedback, model),
        [var model, "info"] => new RouteMatch(Route.ModelInfo, model),
        _ => Route.Unknown,
    };

    private static RouteMatch FindProtocol(string[] parts)
    {
        var versioned = parts is [_, "versions", _, ..];
        var version = versioned ? parts[2] : null;
        return parts[(versioned ? 3 : 1)..] switch
        {
            [] => new RouteMatch(Route.V2Model, parts[0], version),
            ["ready"] => new RouteMatch(Route.V2ModelReady, parts[0], version),
            ["infer"] => new RouteMatch(Route.Infer, parts[0], version),
            _ => Route.Unknown,
        };
    }
}
