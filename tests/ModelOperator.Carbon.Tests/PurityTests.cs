using System.Reflection;

namespace ModelOperator.Carbon.Tests;

public class PurityTests
{
    private static readonly Assembly Library = typeof(Energy).Assembly;

    [Fact]
    public void The_library_refers_to_nothing_but_language_level_assemblies()
    {
        string[] allowed = ["System.Runtime", "System.Collections", "System.Collections.Immutable", "System.Linq", "System.Memory"];
        Assert.Empty(Library.GetReferencedAssemblies().Select(a => a.Name!).Except(allowed));
    }

    [Fact]
    public void No_static_field_can_change()
    {
        var mutable = Library.GetTypes()
            .Where(t => !t.Name.StartsWith('<'))
            .SelectMany(t => t.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(f => f is { IsInitOnly: false, IsLiteral: false })
            .Select(f => $"{f.DeclaringType}.{f.Name}");
        Assert.Empty(mutable);
    }
}
