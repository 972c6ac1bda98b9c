using System.Globalization;

namespace ModelOperator.ModelVersions;

/// <summary>Names of versions: <c>&lt;model&gt;-&lt;number&gt;</c>, the number from 1 to <see cref="MaxNumber"/> without leading zeros.</summary>
public static class ModelVersionName
{
    /// <summary>Highest number: integers up to it are exact in every JSON reader, and the next one never runs over.</summary>
    public const long MaxNumber = (1L << 53) - 1;

    /// <summary>Name of a version.</summary>
    public static string Of(string model, long number) => string.Create(CultureInfo.InvariantCulture, $"{model}-{number}");

    /// <summary>The number in a name, or null when the name is not one of the model's.</summary>
    public static long? NumberOf(string model, string name) =>
        name.Length > model.Length + 1
        && name.StartsWith(model, StringComparison.Ordinal)
        && long.TryParse(name.AsSpan(model.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number is > 0 and <= MaxNumber
        && Of(model, number) == name
            ? number
            : null;

    /// <summary>The number of a version, or null when its name does not follow its model.</summary>
    public static long? NumberOf(V1ModelVersion version) => NumberOf(version.Spec.Model, version.Metadata.Name);
}
