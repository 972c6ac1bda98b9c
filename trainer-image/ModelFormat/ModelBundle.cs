using System.Security.Cryptography;
using System.Text.Json;
using ModelOperator.ModelFormat.Derived;

namespace ModelOperator.ModelFormat;

/// <summary>A model read from its directory, with the digest of what was learned checked.</summary>
/// <param name="Document">The parsed model.json.</param>
/// <param name="Learned">The bytes of what was learned: the booster, linear.json, or network.safetensors.</param>
/// <param name="Digest">Artifact digest of the directory, see <see cref="ArtifactManifest"/>.</param>
public sealed record ModelBundle(ModelDocument Document, ReadOnlyMemory<byte> Learned, string Digest)
{
    /// <summary>The variant that stands in the place of what was learned; null for none.</summary>
    public string? Variant { get; init; }

    /// <summary>Reads and checks a model directory.</summary>
    /// <exception cref="ModelFormatException">A file is missing, malformed, of another format, or differs from its digest.</exception>
    public static Task<ModelBundle> LoadAsync(string directory, CancellationToken cancellationToken) => LoadAsync(directory, null, cancellationToken);

    /// <summary>The same, with a variant in the place of what was learned.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="variant">Name of the variant; null for the model itself.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ModelFormatException">There is no such variant, or a file is missing, malformed, of another format, or differs from its digest.</exception>
    public static async Task<ModelBundle> LoadAsync(string directory, string? variant, CancellationToken cancellationToken)
    {
        var document = Parse(await ReadAsync(directory, ModelDocument.FileName, cancellationToken));
        if (variant is not null)
            document = document.As(variant);
        var learned = await ReadAsync(directory, document.Learner.File, cancellationToken);
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(learned));
        return digest == document.Learner.Digest
            ? new ModelBundle(document, learned, ArtifactManifest.Digest(directory, cancellationToken)) { Variant = variant }
            : throw new ModelFormatException(
                $"{document.Learner.File} has digest {digest} but {ModelDocument.FileName} names {document.Learner.Digest}");
    }

    /// <summary>Parses and checks model.json.</summary>
    /// <exception cref="ModelFormatException">The document is malformed or inconsistent.</exception>
    public static ModelDocument Parse(ReadOnlySpan<byte> json)
    {
        ModelDocument document;
        try
        {
            document = JsonSerializer.Deserialize(json, ModelJsonContext.Default.ModelDocument)
                ?? throw new ModelFormatException($"{ModelDocument.FileName} is null");
        }
        catch (JsonException failure)
        {
            throw new ModelFormatException($"{ModelDocument.FileName} is malformed: {failure.Message}", failure);
        }

        if (Fault(document) is { } fault)
            throw new ModelFormatException($"{ModelDocument.FileName}: {fault}");
        _ = Derivation.Of(document);
        return document;
    }

    private static string? Fault(ModelDocument document)
    {
        if (document.LearnedFormat is not (ModelDocument.FormatName or ModelDocument.LinearFormatName or ModelDocument.NetworkFormatName))
            return $"format is '{document.Format}', this program reads '{ModelDocument.FormatName}', '{ModelDocument.LinearFormatName}' and '{ModelDocument.NetworkFormatName}', and each as -v2 and -v3";
        if (!document.Inputs.Any())
            return "there is no feature that clients send";
        if (document.Features.Exists(static feature => feature.Derived is not null) != (document.Format != document.LearnedFormat))
            return $"format '{document.Format}' {(document.Format == document.LearnedFormat ? "has no derived features, but there are some" : "needs derived features, and there are none")}";
        var takesFormulaOnly = document.Format is ModelDocument.FormulaOnlyFormatName or ModelDocument.FormulaOnlyLinearFormatName or ModelDocument.FormulaOnlyNetworkFormatName;
        if (document.Features.Exists(static feature => feature.FormulaOnly) != takesFormulaOnly)
            return $"format '{document.Format}' {(takesFormulaOnly ? "needs features for formulas alone, and there are none" : "has no features for formulas alone, but there are some")}";
        if (document.Features.Find(static feature => feature is { FormulaOnly: true, Derived: not null } or { FormulaOnly: true, Type: not FeatureType.Numeric }) is { } learned)
            return $"feature '{learned.Name}' is for formulas alone, and no number that clients send";
        if (document.Features.GroupBy(feature => feature.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            return $"feature '{twice.Key}' is named twice";
        if (document.Features.Find(feature => feature.Type == FeatureType.Categorical && feature.Categories is not { Count: > 0 }) is { } empty)
            return $"categorical feature '{empty.Name}' has no categories";
        if (document.Features.Find(feature => feature.Profile.Bins is { IsSound: false }) is { } unsound)
            return $"the profile of feature '{unsound.Name}' has bins that are not ascending, or not one count more than bounds";
        if (document.Target is { Type: TargetType.Binary, Classes: not { Count: 2 } })
            return "a Binary target needs two classes";
        if (document.Target is { Type: TargetType.Multiclass, Classes: not { Count: >= 2 } })
            return "a Multiclass target needs two classes or more";
        if (!IsPlain(document.Learner.File))
            return $"learner.file '{document.Learner.File}' is no plain file name";
        return document.Variants is { } variants ? Fault(variants) : null;
    }

    private static string? Fault(List<VariantDocument> variants)
    {
        if (variants.GroupBy(static variant => variant.Name, StringComparer.Ordinal).FirstOrDefault(static group => group.Count() > 1) is { } twice)
            return $"variant '{twice.Key}' is there twice";
        if (variants.Find(static variant => variant.Format is not (ModelDocument.TreesFormatName or ModelDocument.Int8NetworkFormatName or ModelDocument.NetworkFormatName)) is { } foreign)
            return $"variant '{foreign.Name}' has format '{foreign.Format}', this program reads '{ModelDocument.TreesFormatName}', '{ModelDocument.Int8NetworkFormatName}' and '{ModelDocument.NetworkFormatName}'";
        return variants.Find(static variant => !IsPlain(variant.File)) is { } elsewhere ? $"variant '{elsewhere.Name}' has file '{elsewhere.File}', which is no plain file name" : null;
    }

    private static bool IsPlain(string file) => Path.GetFileName(file) == file && file is not ("" or "." or "..");

    private static async Task<byte[]> ReadAsync(string directory, string file, CancellationToken cancellationToken)
    {
        var path = Path.Combine(directory, file);
        try
        {
            return await File.ReadAllBytesAsync(path, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ModelFormatException($"cannot read {path}: {failure.Message}", failure);
        }
    }
}
