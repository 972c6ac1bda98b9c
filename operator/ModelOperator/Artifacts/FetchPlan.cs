using System.Text.Json;
using ModelOperator.Datasets;

namespace ModelOperator.Artifacts;

/// <summary>Reads and checks the plan of <c>modeloperator fetch</c>.</summary>
public static class FetchPlan
{
    private const string Reason = "InvalidFetchPlan";

    /// <summary>Reads a plan; wrong items are refused by name before anything is downloaded.</summary>
    /// <exception cref="TransferException">Usage: the plan is missing or wrong.</exception>
    public static IReadOnlyList<FetchItem> Parse(string? json)
    {
        if (string.IsNullOrWhiteSpace(json))
            throw Invalid("MODELOP_FETCH_PLAN is not set");
        List<FetchItem>? items;
        try
        {
            items = JsonSerializer.Deserialize(json, ArtifactsJson.Default.ListFetchItem);
        }
        catch (JsonException failure)
        {
            throw Invalid($"MODELOP_FETCH_PLAN is malformed: {failure.Message}");
        }
        if (items is null)
            throw Invalid("MODELOP_FETCH_PLAN is null");
        foreach (var item in items)
            Check(item);
        return items;
    }

    /// <summary>The digest that an item must have, or null when any will do (configmap://, pvc:// and s3://).</summary>
    public static Sha256Digest? Expected(FetchItem item)
    {
        if (Sha256Digest.TryParse(item.Digest, out var digest))
            return digest;
        return Sha256Digest.TryParse(item.Uri, out digest) ? digest : null;
    }

    private static void Check(FetchItem item)
    {
        if (!Path.IsPathFullyQualified(item.Dir))
            throw Invalid($"{item.Name}: dir '{item.Dir}' is not absolute");
        if (item.FileName is not null && (ManifestPath.Refusal(item.FileName) is not null || item.FileName.Contains('/', StringComparison.Ordinal)))
            throw Invalid($"{item.Name}: fileName '{item.FileName}' is not a plain file name");
        if (item.Digest is not null && !(item.Digest.StartsWith(Sha256Digest.Prefix, StringComparison.Ordinal) && Sha256Digest.TryParse(item.Digest, out _)))
            throw Invalid($"{item.Name}: digest '{item.Digest}' is not sha256:<64 hexadecimal digits>");
        CheckSource(item);
    }

    private static void CheckSource(FetchItem item)
    {
        if (item.Uri.StartsWith("modelop://", StringComparison.Ordinal))
        {
            if (!Sha256Digest.TryParse(item.Uri, out var named))
                throw Invalid($"{item.Name}: uri '{item.Uri}' is not modelop://sha256/<64 hexadecimal digits>");
            if (Expected(item) != named)
                throw Invalid($"{item.Name}: digest {item.Digest} is not the one that the uri names");
        }
        else if (IsHttp(item.Uri))
        {
            if (!System.Uri.TryCreate(item.Uri, UriKind.Absolute, out _))
                throw Invalid($"{item.Name}: uri '{item.Uri}' is malformed");
            if (item.Digest is null)
                throw Invalid($"{item.Name}: a digest is required for {item.Uri}; without it nobody knows what was trained on");
        }
        else if (item.Uri.StartsWith("s3://", StringComparison.Ordinal))
        {
            if (!S3Location.TryParse(item.Uri, out _))
                throw Invalid($"{item.Name}: uri '{item.Uri}' is not {S3Location.Allowed}");
            if (item.Endpoint is { } endpoint && !(IsHttp(endpoint) && System.Uri.TryCreate(endpoint, UriKind.Absolute, out _)))
                throw Invalid($"{item.Name}: endpoint '{endpoint}' is not an http(s) URL");
        }
        else if (!item.Uri.StartsWith("configmap://", StringComparison.Ordinal) && !ClaimDataset.TryParse(item.Uri, out _))
        {
            throw Invalid($"{item.Name}: uri '{item.Uri}' is not modelop://, http(s)://, s3://, pvc:// or configmap://");
        }
        else if (item.Path is null || !Path.IsPathFullyQualified(item.Path))
        {
            throw Invalid($"{item.Name}: path must say where {item.Uri} is mounted");
        }
    }

    /// <summary>True for http:// and https:// URIs.</summary>
    public static bool IsHttp(string uri) =>
        uri.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || uri.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    private static TransferException Invalid(string message) => new(TransferFailure.Usage, Reason, message);
}
