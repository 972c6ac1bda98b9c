namespace ModelOperator.Artifacts;

/// <summary>Whether a request may go on, and the HTTP answer when it may not.</summary>
/// <param name="Status">200, 401, 403 or 503.</param>
/// <param name="Message">Why it was refused.</param>
public sealed record AccessDecision(int Status, string Message)
{
    /// <summary>The request may go on.</summary>
    public static AccessDecision Allowed { get; } = new(StatusCodes.Status200OK, "");

    /// <summary>Who asks, where that is known: a scope or a user.</summary>
    public string Caller { get; init; } = "";

    /// <summary>Namespace on whose behalf; null for none.</summary>
    public string? Namespace { get; init; }

    /// <summary>True when the request may go on.</summary>
    public bool IsAllowed => Status == StatusCodes.Status200OK;

    /// <summary>Who asks is not known.</summary>
    public static AccessDecision Unauthenticated(string message) => new(StatusCodes.Status401Unauthorized, message);

    /// <summary>Who asks may not.</summary>
    public static AccessDecision Forbidden(string message) => new(StatusCodes.Status403Forbidden, message);

    /// <summary>The question could not be answered now.</summary>
    public static AccessDecision Unknown(string message) => new(StatusCodes.Status503ServiceUnavailable, message);
}
