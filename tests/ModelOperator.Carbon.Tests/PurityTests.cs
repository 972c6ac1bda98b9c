using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace ModelOperator.Carbon.Tests;

public class PurityTests
{
    private static T Read<T>(Func<MetadataReader, T> read)
    {
        using var image = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "compiled", "ModelOperator.Carbon.image")));
        return read(image.GetMetadataReader());
    }

    [Fact]
    public void The_library_refers_to_nothing_but_language_level_assemblies()
    {
        string[] allowed =
        [
            "System.Runtime", "System.Collections", "System.Collections.Immutable", "System.Linq", "System.Memory",
            "System.Runtime.InteropServices", // CollectionsMarshal, which the compiler uses for collection expressions
        ];
        var references = Read(m => m.AssemblyReferences.Select(r => m.GetString(m.GetAssemblyReference(r).Name)).ToList());
        Assert.Contains("System.Runtime", references);
        Assert.Empty(references.Except(allowed));
        Assert.Equal(0, Read(m => m.GetTableRowCount(TableIndex.ImplMap))); // no P/Invoke
    }

    [Fact]
    public void The_library_uses_no_type_of_files_threads_or_clocks()
    {
        var types = Read(m => m.TypeReferences.Select(m.GetTypeReference)
            .Select(t => $"{m.GetString(t.Namespace)}.{m.GetString(t.Name)}").ToList());
        string[] streamsOfBuiltInTables = ["System.IO.Stream", "System.IO.StreamReader", "System.IO.TextReader"];
        Assert.Contains("System.DateTimeOffset", types);
        Assert.DoesNotContain(types.Except(streamsOfBuiltInTables), t =>
            t.StartsWith("System.IO.", StringComparison.Ordinal)
            || t.StartsWith("System.Net.", StringComparison.Ordinal)
            || t.StartsWith("System.Threading.", StringComparison.Ordinal)
            || t is "System.TimeProvider" or "System.Random" or "System.Diagnostics.Stopwatch" or "System.Console");
    }

    [Fact]
    public void No_static_field_can_change()
    {
        var fields = typeof(Energy).Assembly.GetTypes()
            .Where(t => t.Namespace?.StartsWith("ModelOperator.", StringComparison.Ordinal) == true && !t.Name.StartsWith('<'))
            .SelectMany(t => t.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .ToList();
        Assert.NotEmpty(fields);
        Assert.Empty(fields.Where(f => f is { IsInitOnly: false, IsLiteral: false }).Select(f => $"{f.DeclaringType}.{f.Name}"));
    }
}
