using System.Diagnostics;
using System.Globalization;
using ModelOperator.Fakes;
using ModelOperator.Tests.Artifacts;
using Npgsql;

namespace ModelOperator.Tests.Registry;

/// <summary>A private PostgreSQL in a temporary folder, on a free loopback port, under a user that is not root. Gone with the test.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    public const string Password = "s3cret;pässword";

    /// <summary>Seconds that a start or a stop may take on a busy machine.</summary>
    private const string Patience = "300";

    /// <summary>What the test itself asks.</summary>
    private const string Patient = ";Pooling=false;Timeout=300;Command Timeout=300";

    private readonly string root = Path.Combine(Path.GetTempPath(), "modelop-pg-" + Path.GetRandomFileName());
    private readonly int port = FreePort.Next();
    private int databases;

    private string Data => Path.Combine(root, "data");

    public async Task InitializeAsync()
    {
        if (PostgresBinaries.SkipReason is not null)
            return;
        if (PostgresBinaries.Folder is null)
            throw new InvalidOperationException($"{PostgresBinaries.RequireVariable}=1, and there is no PostgreSQL: install postgresql, or put initdb and pg_ctl on the PATH");
        Directory.CreateDirectory(root);
        var passwordFile = Path.Combine(root, "password");
        await File.WriteAllTextAsync(passwordFile, Password);
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", "-R", User(), root);
        await AsUserAsync("initdb", "-D", Data, "-U", "modelop", "-A", "scram-sha-256", $"--pwfile={passwordFile}", "-E", "UTF8", "--locale=C", "--no-sync");
        await StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (!Directory.Exists(root))
            return;
        await StopAsync("immediate");
        Directory.Delete(root, recursive: true);
    }

    /// <summary>fsync is off: a killed server loses nothing that it gave to the kernel, and only the machine could lose that.</summary>
    public Task StartAsync() => AsUserAsync(
        "pg_ctl", "-D", Data, "-w", "-t", Patience, "-l", Path.Combine(root, "log"),
        "-o", string.Create(CultureInfo.InvariantCulture, $"-p {port} -k {root} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=50"), "start");

    public async Task StopAsync(string mode)
    {
        try
        {
            await AsUserAsync("pg_ctl", "-D", Data, "-w", "-t", Patience, "-m", mode, "stop");
        }
        catch (InvalidOperationException) when (!File.Exists(Path.Combine(Data, "postmaster.pid")))
        {
            // It was stopped already.
        }
    }

    /// <summary>SIGKILL to all of it: nothing is flushed, and no connection is closed.</summary>
    public async Task KillAsync()
    {
        var postmaster = (await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid")))[0];
        using (var process = Process.GetProcessById(int.Parse(postmaster, CultureInfo.InvariantCulture)))
            process.Kill(entireProcessTree: true);
        // Each of its processes works in its folder. While one is left the server cannot be started again.
        await Eventually.TrueAsync(() => !Directory.EnumerateDirectories("/proc").Any(folder => WorkingFolder(folder) == Data));
        // Where nobody collects the dead, their numbers look alive to the next server.
        File.Delete(Path.Combine(Data, "postmaster.pid"));
        foreach (var socket in Directory.GetFiles(root, ".s.PGSQL.*"))
            File.Delete(socket);
    }

    /// <summary>Connection string of a database; the password of the server unless another is given.</summary>
    public string ConnectionTo(string database, string password = Password) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Username = "modelop",
        Password = password,
        Database = database,
    }.ConnectionString;

    /// <summary>Makes an empty database and gives its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref databases)}");
        await ExecuteAsync(ConnectionTo("postgres"), $"CREATE DATABASE {name}");
        return ConnectionTo(name);
    }

    public static async Task ExecuteAsync(string connection, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connection + Patient);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>All rows, each as its values joined by '|'.</summary>
    public static async Task<List<string>> RowsAsync(string connection, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connection + Patient);
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            var values = new object[reader.FieldCount];
            reader.GetValues(values);
            rows.Add(string.Join('|', values.Select(static value => value is DBNull ? "-" : Convert.ToString(value, CultureInfo.InvariantCulture))));
        }

        return rows;
    }

    /// <summary>Folder in which a process works; null where it is none, is gone, or is another's.</summary>
    private static string? WorkingFolder(string process)
    {
        try
        {
            return new FileInfo(Path.Combine(process, "cwd")).LinkTarget;
        }
        catch (Exception other) when (other is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>initdb refuses root: Debian's postgres user, else nobody.</summary>
    private static string User() => File.ReadLines("/etc/passwd").Any(static line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";

    private static Task AsUserAsync(string program, params string[] arguments)
    {
        var path = Path.Combine(PostgresBinaries.Folder!, program);
        return Environment.IsPrivilegedProcess ? RunAsync("runuser", ["-u", User(), "--", path, .. arguments]) : RunAsync(path, arguments);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors} {await output}");
    }
}
