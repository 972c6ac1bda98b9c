namespace ModelOperator.Server.Http;

/// <summary>Ends a request with a status and a message for the client.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="message">For the client.</param>
/// <param name="logged">For the server's log, where the message quotes what the client sent: values leave the process as the log of predictions says, and no other way.</param>
public sealed class RequestException(int status, string message, string? logged = null) : Exception(message)
{
    public int Status { get; } = status;

    /// <summary>The message for the server's log.</summary>
    internal string Logged { get; } = logged ?? message;

    /// <summary>The same, said of one of many.</summary>
    internal RequestException Of(string what) => new(Status, $"{what}: {Message}", $"{what}: {Logged}");

    internal static RequestException BadRequest(string message) => new(StatusCodes.Status400BadRequest, message);

    internal static RequestException Unprocessable(string message) => new(StatusCodes.Status422UnprocessableEntity, message);

    internal static RequestException TooManyRows() =>
        new(StatusCodes.Status413PayloadTooLarge, $"more than {ServerOptions.MostRows} rows in one request");
}
