using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace ModelOperator.Registry;

/// <summary>The migrations that this operator carries.</summary>
public static class RegistryMigrations
{
    private const string Prefix = "registry.";

    /// <summary>All, by version.</summary>
    /// <exception cref="InvalidDataException">Versions are not 1, 2, 3, ...: this build is broken.</exception>
    public static ImmutableArray<RegistryMigration> Load()
    {
        var assembly = typeof(RegistryMigrations).Assembly;
        var all = assembly.GetManifestResourceNames()
            .Where(static name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => Parse(name[Prefix.Length..^".sql".Length], Read(assembly, name)))
            .ToImmutableArray();
        if (all.IsEmpty || all.Where(static (migration, i) => migration.Version != i + 1).Any())
            throw new InvalidDataException($"migrations must be numbered 1, 2, 3, ...; found {string.Join(", ", all.Select(static migration => migration.Version))}");
        return all;
    }

    /// <summary>A migration from its file name, for example <c>0001_history</c>, and its content.</summary>
    /// <param name="fileName">File name without extension.</param>
    /// <param name="sql">Content.</param>
    public static RegistryMigration Parse(string fileName, string sql)
    {
        var text = sql.ReplaceLineEndings("\n");
        var mark = fileName.IndexOf('_', StringComparison.Ordinal);
        return new(
            int.Parse(fileName.AsSpan(0, mark), NumberStyles.None, CultureInfo.InvariantCulture),
            fileName[(mark + 1)..],
            text,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
    }

    private static string Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name) ?? throw new InvalidDataException($"{name} is not in this build");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
