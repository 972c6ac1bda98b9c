using System.Globalization;
using System.Net;
using Npgsql;

namespace ModelOperator.Registry;

/// <summary>
/// Reads MODELOP_POSTGRES: <c>Host=db;Username=u;Password=p;Database=d</c> or <c>postgres://u:p@db:5432/d?sslmode=require</c>.
/// Limits of this operator (5 s to connect, 10 s a command, 4 connections) hold whatever the text says. No error tells any part of the text: it
/// may hold the password.
/// </summary>
public static class PostgresSettings
{
    /// <summary>Connections at most.</summary>
    public const int MaxConnections = 4;

    private static readonly Dictionary<string, string> UriParameters = new(StringComparer.OrdinalIgnoreCase)
    {
        ["host"] = "Host",
        ["user"] = "Username",
        ["password"] = "Password",
        ["dbname"] = "Database",
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["application_name"] = "Application Name",
        ["options"] = "Options",
    };

    /// <summary>Parses either form and sets the limits.</summary>
    /// <param name="text">Content of MODELOP_POSTGRES.</param>
    /// <exception cref="FormatException">The text is in neither form; the message names what is wrong, never the text.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string text)
    {
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = IsUri(text) ? FromUri(new Uri(text)) : new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception failure) when (failure is ArgumentException or UriFormatException or KeyNotFoundException or FormatException or InvalidCastException)
        {
            // The inner exception may quote the text: it stops here.
            throw new FormatException(IsUri(text)
                ? "MODELOP_POSTGRES is not a valid postgres:// URI; escape special characters of the password (% as %25, / as %2F, @ as %40)."
                : "MODELOP_POSTGRES is not a valid connection string; write Host=...;Username=...;Password=...;Database=... and quote a password that holds ';'.");
        }

        if (string.IsNullOrWhiteSpace(settings.Host))
            throw new FormatException("MODELOP_POSTGRES names no host.");
        settings.Timeout = 5;
        settings.CommandTimeout = 10;
        settings.MaxPoolSize = MaxConnections;
        settings.MinPoolSize = 0;
        settings.PersistSecurityInfo = false;
        settings.IncludeErrorDetail = false;
        settings.ApplicationName ??= "model-operator";
        return settings;
    }

    /// <summary>As <see cref="Parse"/>, for sessions that cannot write, whatever their user may, and end each statement after 5 s.</summary>
    /// <param name="text">Content of MODELOP_POSTGRES.</param>
    /// <exception cref="FormatException">As above.</exception>
    public static NpgsqlConnectionStringBuilder ReadOnly(string text)
    {
        var settings = Parse(text);
        settings.Options = $"{settings.Options} -c default_transaction_read_only=on -c statement_timeout=5000".TrimStart();
        settings.Timezone = "UTC";
        // Nothing that they do leaves anything in a session but prepared statements, which a reset would take.
        settings.NoResetOnClose = true;
        return settings;
    }

    /// <summary>Where a connection goes, for logs: never the password.</summary>
    /// <param name="settings">Settings.</param>
    public static string Describe(NpgsqlConnectionStringBuilder settings) =>
        string.Create(CultureInfo.InvariantCulture, $"{settings.Host}:{settings.Port}/{settings.Database ?? settings.Username} as {settings.Username ?? "nobody in particular"}");

    private static bool IsUri(string text) =>
        text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    private static NpgsqlConnectionStringBuilder FromUri(Uri uri)
    {
        var settings = new NpgsqlConnectionStringBuilder();
        if (uri.Host.Length > 0)
            settings.Host = uri.Host;
        if (uri.Port > 0)
            settings.Port = uri.Port;
        var user = uri.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
            settings.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1)
            settings.Password = Uri.UnescapeDataString(user[1]);
        if (uri.AbsolutePath.Length > 1)
            settings.Database = Uri.UnescapeDataString(uri.AbsolutePath[1..]);
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            settings[UriParameters[WebUtility.UrlDecode(parts[0])]] = parts.Length > 1 ? SslMode(Uri.UnescapeDataString(parts[1])) : "";
        }

        return settings;
    }

    /// <summary>libpq writes verify-full, Npgsql VerifyFull.</summary>
    private static string SslMode(string value) => value switch
    {
        "verify-full" => "VerifyFull",
        "verify-ca" => "VerifyCA",
        _ => value,
    };
}
