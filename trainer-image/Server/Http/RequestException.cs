namespace ModelOperator.Server.Http;

/// <summary>Ends a request with a status and a message for the client.</summary>
public sealed class RequestException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;

    internal static RequestException BadRequest(string message) => new(StatusCodes.Status400BadRequest, message);

    internal static RequestException Unprocessable(string message) => new(StatusCodes.Status422UnprocessableEntity, message);

    internal static RequestException TooManyRows() =>
        new(StatusCodes.Status413PayloadTooLarge, $"more than {ServerOptions.MostRows} rows in one request");
}
