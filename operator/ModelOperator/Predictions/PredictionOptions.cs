using ModelOperator.Registry;

namespace ModelOperator.Predictions;

/// <summary>Settings of the receiver of predictions, from environment variables.</summary>
/// <param name="PostgresConnection">Connection string of the history; see <see cref="PostgresSettings"/>.</param>
/// <param name="Listen">Address to listen on.</param>
/// <param name="KeyFile">File with the key of tokens, read anew for every request.</param>
public sealed record PredictionOptions(string PostgresConnection, string Listen, string KeyFile)
{
    /// <summary>Reads the settings.</summary>
    /// <param name="variable">Value of an environment variable, or null.</param>
    /// <exception cref="FormatException">One is wrong; no message quotes the connection string.</exception>
    public static PredictionOptions Read(Func<string, string?> variable)
    {
        if (variable("MODELOP_POSTGRES") is not { Length: > 0 } connection)
            throw new FormatException("MODELOP_POSTGRES is not set: predictions are kept in the history in PostgreSQL.");
        _ = PostgresSettings.Parse(connection);
        var listen = variable("MODELOP_PREDICTIONS_LISTEN") is { Length: > 0 } given ? given : "http://0.0.0.0:8084";
        if (!Uri.TryCreate(listen, UriKind.Absolute, out var url) || url.Scheme != "http")
            throw new FormatException($"MODELOP_PREDICTIONS_LISTEN is '{listen}'; it must be http://<address>:<port>.");
        return new(connection, listen, variable("MODELOP_PREDICTIONS_KEY_FILE") is { Length: > 0 } file ? file : "/keys/key");
    }
}
