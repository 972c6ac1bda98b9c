using System.Xml.Linq;

namespace ModelOperator.TestReport;

/// <summary>Results of the .NET test runner.</summary>
internal static class TrxFile
{
    private static readonly XNamespace Ns = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    public static Totals ReadAll(string folder) =>
        Directory.EnumerateFiles(folder, "*.trx", SearchOption.AllDirectories).Select(Read).Aggregate(Totals.None, (sum, one) => sum + one);

    private static Totals Read(string path)
    {
        var document = XDocument.Load(path);
        var results = document.Descendants(Ns + "UnitTestResult").ToList();
        var failed = results.Where(r => Outcome(r) is not ("Passed" or "NotExecuted")).ToList();
        var skipped = results.Where(r => Outcome(r) == "NotExecuted").ToList();
        // A test host that crashed reports no result at all; its run outcome says so and counts as one failure.
        var crashed = failed.Count == 0 && (string?)document.Descendants(Ns + "ResultSummary").FirstOrDefault()?.Attribute("outcome") is "Failed" or "Aborted" or "Error";
        var failures = failed.Select(r => $"{Name(r)}: {FirstLine(r)}");
        return new(
            results.Count(r => Outcome(r) == "Passed"),
            failed.Count + (crashed ? 1 : 0),
            skipped.Count,
            crashed ? [.. failures, $"{Path.GetFileName(path)}: the test host ended before its results were complete"] : [.. failures],
            [.. skipped.Select(r => $"{Name(r)}: {FirstLine(r)}")]);
    }

    private static string? Outcome(XElement result) => (string?)result.Attribute("outcome");

    private static string? Name(XElement result) => (string?)result.Attribute("testName");

    private static string FirstLine(XElement result) =>
        (result.Descendants(Ns + "Message").FirstOrDefault()?.Value ?? "").Split('\n', 2)[0].Trim();
}
