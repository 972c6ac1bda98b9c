using System.Globalization;
using System.Xml.Linq;

namespace ModelOperator.TestReport;

/// <summary>Union of the lines that any test project covered, per assembly.</summary>
internal sealed class Coverage
{
    private readonly Dictionary<string, Dictionary<(string File, int Line), bool>> _assemblies = new(StringComparer.Ordinal);

    public static Coverage ReadAll(string folder)
    {
        var coverage = new Coverage();
        foreach (var path in Directory.EnumerateFiles(folder, "coverage.cobertura.xml", SearchOption.AllDirectories))
            coverage.Add(XDocument.Load(path));
        return coverage;
    }

    public void Print(TextWriter output)
    {
        if (_assemblies.Count == 0)
            return;
        output.WriteLine();
        output.WriteLine("Line coverage");
        foreach (var (name, lines) in _assemblies.OrderBy(a => a.Key, StringComparer.Ordinal))
            output.WriteLine(Row(name, lines.Values));
        output.WriteLine(Row("all", _assemblies.Values.SelectMany(lines => lines.Values)));
    }

    private static string Row(string name, IEnumerable<bool> lines)
    {
        var all = lines.ToList();
        return string.Create(CultureInfo.InvariantCulture, $"  {name,-36} {100.0 * all.Count(hit => hit) / Math.Max(1, all.Count),6:F1} %   of {all.Count} lines");
    }

    private void Add(XDocument document)
    {
        // File names are relative to a report's own source folder; the same file must be one file in all reports.
        var source = (string?)document.Descendants("source").FirstOrDefault() ?? "";
        foreach (var package in document.Descendants("package"))
        {
            var name = (string?)package.Attribute("name") ?? "?";
            // What serves the tests is not what they are for.
            if (name.StartsWith("Fake", StringComparison.Ordinal) || name.EndsWith(".Tests", StringComparison.Ordinal))
                continue;
            if (!_assemblies.TryGetValue(name, out var lines))
                _assemblies[name] = lines = [];
            foreach (var type in package.Descendants("class"))
            {
                var file = Path.Combine(source, (string?)type.Attribute("filename") ?? "?");
                // Generated code (JSON contracts, logging, regular expressions) is its generator's to test.
                if (file.Contains("/obj/", StringComparison.Ordinal))
                    continue;
                foreach (var line in type.Elements("lines").Elements("line"))
                {
                    var key = (file, (int)line.Attribute("number")!);
                    lines[key] = lines.GetValueOrDefault(key) || (int)line.Attribute("hits")! > 0;
                }
            }
        }
    }
}
