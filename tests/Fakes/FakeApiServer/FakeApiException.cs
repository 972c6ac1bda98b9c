using System.Text.Json.Nodes;

namespace ModelOperator.Fakes;

/// <summary>An answer that is no success.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1064", Justification = "never leaves the server")]
internal sealed class FakeApiException(int code, string reason, string message) : Exception(message)
{
    internal int Code => code;

    internal string Reason => reason;

    internal static FakeApiException NotFound(FakeResource resource, string name) =>
        new(404, "NotFound", $"{resource.Plural} \"{name}\" not found");

    internal static FakeApiException Conflict(FakeResource resource, string name, string why) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {resource.Plural} \"{name}\": {why}");

    internal static FakeApiException BadRequest(string message) => new(400, "BadRequest", message);

    internal static FakeApiException Invalid(FakeResource resource, string name, string why) =>
        new(422, "Invalid", $"{resource.Kind} \"{name}\" is invalid: {why}");

    internal static JsonObject Status(int code, string reason, string message) => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = code < 400 ? "Success" : "Failure",
        ["message"] = message,
        ["reason"] = reason,
        ["code"] = code,
    };

    internal JsonObject ToStatus() => Status(code, reason, Message);
}
