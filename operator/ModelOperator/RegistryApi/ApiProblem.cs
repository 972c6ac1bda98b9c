namespace ModelOperator.RegistryApi;

/// <summary>Why there is no answer: a problem document by RFC 9457.</summary>
public sealed record ApiProblem
{
    /// <summary>Kind of problem, a URN.</summary>
    public required string Type { get; init; }

    /// <summary>The kind for people.</summary>
    public required string Title { get; init; }

    /// <summary>Status code.</summary>
    public required int Status { get; init; }

    /// <summary>What is wrong this time, and what to do.</summary>
    public string? Detail { get; init; }

    /// <summary>Path that was asked.</summary>
    public string? Instance { get; init; }

    /// <summary>Parameter that is wrong.</summary>
    public string? Parameter { get; init; }

    /// <summary>Its value.</summary>
    public string? Value { get; init; }

    /// <summary>What is allowed.</summary>
    public string? Allowed { get; init; }

    /// <summary>Seconds after which a try is worth it; the header Retry-After.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int? RetryAfterSeconds { get; init; }

    /// <summary>A parameter that is not as it must be.</summary>
    public static ApiProblem Invalid(string parameter, string? value, string allowed) => Of(StatusCodes.Status400BadRequest, "invalid-parameter", "A parameter is not valid", $"{parameter}: '{value}' is not allowed: {allowed}") with
    {
        Parameter = parameter,
        Value = value,
        Allowed = allowed,
    };

    /// <summary>A problem of a kind.</summary>
    public static ApiProblem Of(int status, string type, string title, string detail) =>
        new() { Type = "urn:modeloperator:problem:" + type, Title = title, Status = status, Detail = detail };

    /// <summary>The answer cannot be given now.</summary>
    public static ApiProblem Away(string detail, TimeSpan wait) => Of(StatusCodes.Status503ServiceUnavailable, "unavailable", "The answer cannot be given now", detail) with
    {
        RetryAfterSeconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)),
    };
}
