using System.Globalization;

namespace ModelOperator.Registry;

/// <summary>Accounts as a table for people. Pure.</summary>
public static class AccountReports
{
    /// <summary>What accounts never have in them.</summary>
    public static IReadOnlyList<string> Notes(string by) =>
    [
        "Serving is in it hour by hour: model servers (Deployment) and gateways (Monitoring) under the run that their version came from.",
        "Energy of the phases Data and Evaluation is not measured; they count by their time and the GPUs held meanwhile.",
        .. by == "dataset" ? ["A run that read several datasets is in the line of each of them."] : Array.Empty<string>(),
    ];

    /// <summary>The table with its notes.</summary>
    /// <param name="report">Accounts.</param>
    public static string Table(AccountsReport report)
    {
        if (report.Lines.Count == 0)
            return "No run of that time has trained anything, and nothing has served.\n";
        string[] header = [report.By.ToUpperInvariant(), "RUNS", "KWH", "GCO2E", "BOOKED", "COST", "HOURS", "LOST", "GPU HOURS", "GPU IDLE", "GPU LOST", "CPU IDLE", "PREDICTIONS"];
        List<string[]> lines = [header, .. report.Lines.Select(static line => new[]
        {
            line.Key, Number(line.Runs, 1, "0"), Number(line.EnergyMilliwattHours, 1_000_000, "0.###"), Number(line.EmissionsMilligrams, 1_000, "0.#"), Number(line.BookedMilligrams, 1_000, "0.#"),
            Cost(line), Hours(line.Seconds), Hours(line.LostSeconds), Hours(line.GpuSeconds), Hours(line.IdleGpuSeconds), Hours(line.LostGpuSeconds), Hours(line.IdleCpuSeconds), Number(line.Predictions, 1, "0"),
        })];
        var advice = report.Lines.Where(static line => line.Advice is not null).SelectMany(static line => line.Advice!.Select(text => $"{line.Key}: {text}\n"));
        return TextTable.Of(lines) + string.Concat(report.Notes.Select(static note => note + "\n")) + string.Concat(advice);
    }

    private static string Cost(AccountLine line) => line.CostMicros is null
        ? "-"
        : $"{Number(line.CostMicros, 1_000_000, "0.00")} {line.Currency}{Without(line)}";

    private static string Without(AccountLine line) => (line.RunsWithoutCost, line.ServingHoursWithoutCost) switch
    {
        (0, 0) => "",
        (var runs, 0) => string.Create(CultureInfo.InvariantCulture, $" ({runs} without)"),
        (var runs, var hours) => string.Create(CultureInfo.InvariantCulture, $" ({runs} runs, {hours} serving hours without)"),
    };

    private static string Hours(long? seconds) => Number(seconds, 3600, "0.0");

    private static string Number(long? units, long unit, string format) => units is { } value ? ((decimal)value / unit).ToString(format, CultureInfo.InvariantCulture) : "-";
}
