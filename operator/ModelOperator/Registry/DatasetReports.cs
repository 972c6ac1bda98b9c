using System.Globalization;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Registry;

/// <summary>Reports about datasets: out of the objects that exist, and as a table for people. Pure.</summary>
public static class DatasetReports
{
    private const int ShortDigest = 19;
    private const int MostListed = 5;

    /// <summary>What the runs of the cluster say, for an installation without a database: deleted runs are not in it.</summary>
    /// <param name="runs">Runs.</param>
    /// <param name="name">One dataset, or all when null.</param>
    public static List<DatasetReport> Of(IEnumerable<V1TrainingRun> runs, string? name) =>
    [
        .. runs.SelectMany(run => (run.Status?.Resolved?.Datasets ?? []).Where(read => read.Digest is not null && (name is null || read.Name == name)).Select(read => (Run: run, Read: read)))
            .GroupBy(static item => (Space: item.Run.Metadata.NamespaceProperty ?? "", item.Read.Name, item.Read.Digest))
            .Select(static group =>
            {
                var ordered = group.OrderBy(static item => item.Run.Metadata.CreationTimestamp).ThenBy(static item => item.Run.Metadata.Name, StringComparer.Ordinal).ToList();
                var times = ordered.Select(static item => item.Run.Status!.RunningTime ?? item.Run.Status.StartTime ?? item.Run.Metadata.CreationTimestamp).ToList();
                return new DatasetReport(
                    group.Key.Space, group.Key.Name, group.Key.Digest!, ordered[^1].Read.Uri, times.Min(), times.Max(),
                    ordered.Max(static item => item.Read.Rows), ordered.Max(static item => item.Read.Columns), ordered.Select(static item => item.Read.ProfileDigest).Max(StringComparer.Ordinal),
                    [.. ordered.Select(static item => item.Run.Metadata.Name)],
                    [.. ordered.Select(static item => item.Run.Status!.ModelVersion).OfType<string>().Distinct().Order(StringComparer.Ordinal)]);
            })
            .OrderBy(static report => report.Namespace, StringComparer.Ordinal).ThenBy(static report => report.Name, StringComparer.Ordinal)
            .ThenBy(static report => report.FirstRead).ThenBy(static report => report.Digest, StringComparer.Ordinal),
    ];

    /// <summary>The table, oldest content of each dataset first.</summary>
    public static string Table(IReadOnlyList<DatasetReport> reports)
    {
        if (reports.Count == 0)
            return "No run has read a dataset.\n";
        string[] header = ["NAMESPACE", "DATASET", "DIGEST", "FIRST READ", "LAST READ", "ROWS", "COLUMNS", "RUNS", "MODEL VERSIONS"];
        List<string[]> lines = [header, .. reports.Select(static report => new[]
        {
            report.Namespace, report.Name, report.Digest.Length > ShortDigest ? report.Digest[..ShortDigest] : report.Digest, Time(report.FirstRead), Time(report.LastRead),
            Number(report.Rows), Number(report.Columns), Some(report.Runs), Some(report.ModelVersions),
        })];
        return TextTable.Of(lines);
    }

    private static string Some(IReadOnlyList<string> names) => names.Count switch
    {
        0 => "-",
        <= MostListed => string.Join(",", names),
        _ => string.Create(CultureInfo.InvariantCulture, $"{string.Join(",", names.Take(MostListed))} and {names.Count - MostListed} more"),
    };

    private static string Time(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture) ?? "-";

    private static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";
}
