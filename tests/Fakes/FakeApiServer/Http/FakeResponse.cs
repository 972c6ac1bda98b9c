using System.Text;
using System.Text.Json.Nodes;

namespace ModelOperator.Fakes;

/// <summary>An answer before it is sent.</summary>
internal sealed record FakeResponse(int Code, byte[] Body, string ContentType = "application/json")
{
    internal int? RetryAfterSeconds { get; init; }

    internal static FakeResponse Json(JsonNode body, int code = 200) => new(code, Encoding.UTF8.GetBytes(body.ToJsonString()));

    internal static FakeResponse Text(string text, int code = 200) => new(code, Encoding.UTF8.GetBytes(text), "text/plain");
}
