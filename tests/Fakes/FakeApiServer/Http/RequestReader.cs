using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace ModelOperator.Fakes;

/// <summary>Reads what a request is about from its path.</summary>
internal static class RequestReader
{
    internal static FakeRequest Read(HttpContext context, long number)
    {
        var request = context.Request;
        var query = request.Query.ToDictionary(q => q.Key, q => q.Value.ToString());
        var certificate = context.Connection.ClientCertificate;
        var result = new FakeRequest(number, request.Method, request.Path, query)
        {
            UserAgent = request.Headers.UserAgent.ToString(),
            Authorization = certificate is null ? request.Headers.Authorization.FirstOrDefault() : $"cert:{certificate.Subject}",
            Protocol = request.Protocol,
        };
        var segments = (request.Path.Value ?? string.Empty).Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        return segments switch
        {
            ["api", var version, .. { Length: > 0 } rest] => Locate(result, string.Empty, version, rest, request.ContentType),
            ["apis", var group, var version, .. { Length: > 0 } rest] => Locate(result, group, version, rest, request.ContentType),
            _ => result,
        };
    }

    internal static bool IsTrue(FakeRequest request, string key) => request.Query.GetValueOrDefault(key) is "true" or "1";

    internal static int? Number(FakeRequest request, string key) =>
        int.TryParse(request.Query.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static FakeRequest Locate(FakeRequest request, string group, string version, string[] rest, string? mediaType)
    {
        var found = request with { Group = group, Version = version };
        found = rest switch
        {
            ["namespaces"] => found with { Resource = "namespaces" },
            ["namespaces", var name] => found with { Resource = "namespaces", Name = name },
            ["namespaces", var name, "status" or "finalize"] => found with { Resource = "namespaces", Name = name, Subresource = rest[2] },
            ["namespaces", var space, var plural] => found with { Resource = plural, Namespace = space },
            ["namespaces", var space, var plural, var name] => found with { Resource = plural, Namespace = space, Name = name },
            ["namespaces", var space, var plural, var name, var sub] => found with { Resource = plural, Namespace = space, Name = name, Subresource = sub },
            [var plural] => found with { Resource = plural },
            [var plural, var name] => found with { Resource = plural, Name = name },
            [var plural, var name, var sub] => found with { Resource = plural, Name = name, Subresource = sub },
            _ => found,
        };
        return found with { Verb = VerbOf(found, mediaType) };
    }

    private static string VerbOf(FakeRequest request, string? mediaType) => request.Method switch
    {
        "GET" when request.Name is not null => "get",
        "GET" => IsTrue(request, "watch") ? "watch" : "list",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => mediaType?.StartsWith("application/apply-patch+yaml", StringComparison.Ordinal) == true ? "apply" : "patch",
        "DELETE" => "delete",
        _ => "other",
    };
}
