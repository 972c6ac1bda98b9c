namespace ModelOperator.TrainingRuns;

/// <summary>URIs of datasets. Pure.</summary>
public static class DatasetUris
{
    /// <summary>What is allowed, for people.</summary>
    public const string Allowed = "modelop://sha256/<hex>, http(s)://..., s3://<bucket>/<key>, pvc://<claim>/<path> or configmap://<name>[/<key>]";

    /// <summary>A URI as status, events and logs may show it: without a query or a user, which may hold a secret.</summary>
    public static string Public(string uri)
    {
        if (!IsHttp(uri) || !Uri.TryCreate(uri, UriKind.Absolute, out var url))
            return uri;
        return url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0
            ? uri
            : url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
    }

    /// <summary>Whether it is http:// or https://.</summary>
    public static bool IsHttp(string uri) =>
        uri.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || uri.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}
