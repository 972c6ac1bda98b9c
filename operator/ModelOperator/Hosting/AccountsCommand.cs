using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Artifacts;
using ModelOperator.CarbonTools;
using ModelOperator.Registry;
using Npgsql;

namespace ModelOperator.Hosting;

/// <summary>
/// <c>modeloperator accounts [--by model|dataset|framework|region|user|run|phase|server] [--namespace NS] [--from T] [--to T] [--json]</c>: energy, emissions, cost, idle and
/// lost hours, out of the database that MODELOP_POSTGRES names.
/// </summary>
public static class AccountsCommand
{
    private const int Most = 10_000;

    /// <summary>Runs the command.</summary>
    /// <returns>0 done, 64 wrong arguments or no database, 69 the database is away.</returns>
    /// <param name="args">What follows <c>accounts</c>.</param>
    /// <param name="variable">Value of an environment variable, or null.</param>
    /// <param name="output">Where the accounts go.</param>
    /// <param name="errors">Where problems go.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Func<string, string?> variable, TextWriter output, TextWriter errors, CancellationToken cancellationToken)
    {
        try
        {
            var line = new CarbonArguments(args, ["--by", "--namespace", "--from", "--to"], ["--json"]);
            var by = line.Find("--by") ?? "model";
            if (!AccountQueries.Kinds.Contains(by) || line.Words.Count > 0)
                throw new FormatException($"accounts are by one of {string.Join(", ", AccountQueries.Kinds)}, not '{by}{string.Concat(line.Words.Select(static w => " " + w))}'");
            var (from, to) = (Time(line, "--from"), Time(line, "--to"));
            var connection = variable("MODELOP_POSTGRES") is { Length: > 0 } text ? text : throw new FormatException("accounts are made out of the history; set MODELOP_POSTGRES");
            await using var database = new RegistryDatabase(connection, RegistryMigrations.Load(), TimeProvider.System, NullLogger<RegistryDatabase>.Instance);
            var report = new AccountsReport
            {
                By = by,
                From = from,
                To = to,
                Lines = await new AccountQueries(database).LinesAsync(by, line.Find("--namespace"), from, to, Most, cancellationToken),
                Notes = AccountReports.Notes(by),
            };
            await output.WriteAsync(line.Has("--json") ? JsonSerializer.Serialize(report, AccountsJson.Default.AccountsReport) + "\n" : AccountReports.Table(report));
            return ExitCodes.Done;
        }
        catch (FormatException wrong)
        {
            await errors.WriteLineAsync("modeloperator accounts: " + wrong.Message);
            return ExitCodes.Usage;
        }
        catch (Exception away) when (away is NpgsqlException or RegistrySchemaException or TimeoutException or IOException)
        {
            await errors.WriteLineAsync("modeloperator accounts: " + away.Message);
            return ExitCodes.Unavailable;
        }
    }

    private static DateTimeOffset? Time(CarbonArguments line, string name) => line.Find(name) is not { } text
        ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new FormatException($"{name} is '{text}'; it must be a date or a time, such as 2026-11-01 or 2026-11-21T14:00:00Z");
}
