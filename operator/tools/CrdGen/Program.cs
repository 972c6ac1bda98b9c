using System.Text;
using ModelOperator.CrdGen;

// Writes one YAML per kind into a folder; with --check it writes nothing and exits 1 when a file is stale.
var check = args.Contains("--check");
var folders = args.Where(a => a != "--check").ToArray();
if (folders.Length != 1)
{
    await Console.Error.WriteLineAsync("usage: CrdGen [--check] <folder>");
    return 64;
}

var failed = false;
Directory.CreateDirectory(folders[0]);
foreach (var kind in CrdKinds.All)
{
    var document = CrdDocument.Build(kind);
    var schema = document["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!.AsObject();
    foreach (var finding in SchemaCheck.Check(schema, kind.Kind))
    {
        await Console.Error.WriteLineAsync(finding);
        failed = true;
    }

    var path = Path.Combine(folders[0], CrdDocument.FileName(kind));
    var text = "# Generated from the types by `make crds`; do not edit.\n" + YamlWriter.Write(document);
    if (!check)
    {
        await File.WriteAllTextAsync(path, text, new UTF8Encoding(false));
    }
    else if (!File.Exists(path) || await File.ReadAllTextAsync(path) != text)
    {
        await Console.Error.WriteLineAsync($"{path} is stale: run `make crds` and commit the result");
        failed = true;
    }
}

return failed ? 1 : 0;
