namespace ModelOperator.Tests.Registry;

/// <summary>Where initdb and pg_ctl are on this machine.</summary>
internal static class PostgresBinaries
{
    /// <summary>Set to 1 where a missing PostgreSQL must fail the tests.</summary>
    public const string RequireVariable = "MODELOP_REQUIRE_POSTGRES";

    /// <summary>Folder of the binaries; null when there is none.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>Why tests are skipped; null when they run.</summary>
    public static string? SkipReason => Folder is not null || Environment.GetEnvironmentVariable(RequireVariable) == "1"
        ? null
        : $"no initdb and pg_ctl on the PATH or in /usr/lib/postgresql/*/bin (Debian: postgresql); {RequireVariable}=1 makes this a failure";

    private static string? Find()
    {
        var installed = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(static version => Path.Combine(version, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return installed.Concat(path).FirstOrDefault(static folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_ctl")));
    }
}
