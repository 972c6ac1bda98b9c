using ModelOperator.Registry;

namespace ModelOperator.RegistryApi;

/// <summary>Settings of the API, from environment variables.</summary>
/// <param name="PostgresConnection">Connection string of the history; see <see cref="PostgresSettings"/>.</param>
/// <param name="Listen">Address to listen on.</param>
public sealed record ApiOptions(string PostgresConnection, string Listen)
{
    /// <summary>Reads the settings.</summary>
    /// <param name="variable">Value of an environment variable, or null.</param>
    /// <exception cref="FormatException">One is wrong; no message quotes the connection string.</exception>
    public static ApiOptions Read(Func<string, string?> variable)
    {
        if (variable("MODELOP_POSTGRES") is not { Length: > 0 } connection)
            throw new FormatException("MODELOP_POSTGRES is not set: the API reads the history that the operator keeps in PostgreSQL.");
        _ = PostgresSettings.Parse(connection);
        var listen = variable("MODELOP_API_LISTEN") is { Length: > 0 } given ? given : "http://0.0.0.0:8083";
        return Uri.TryCreate(listen, UriKind.Absolute, out var url) && url.Scheme == "http"
            ? new(connection, listen)
            : throw new FormatException($"MODELOP_API_LISTEN is '{listen}'; it must be http://<address>:<port>.");
    }
}
