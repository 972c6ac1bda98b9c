using System.Text.Json;

namespace ModelOperator.Trainer.Parameters;

/// <summary>Gathers parameters from the parameters file and from MODELOP_PARAM_*. The file wins, since variable names lose case and hyphens.</summary>
public static class ParameterSource
{
    /// <summary>Name to value; names as written in the file, or as the rest of the variable's name.</summary>
    /// <exception cref="TrainerException">The file cannot be read or is no JSON object of plain values.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(TrainerEnvironment environment, CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        if (environment.ParametersFile is { } file)
            await ReadFileAsync(file, parameters, cancellationToken);
        var known = parameters.Keys.Select(Canonical).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, value) in environment.Parameters)
        {
            if (!known.Contains(Canonical(name)))
                parameters.Add(name, value);
        }

        return parameters;
    }

    /// <summary>MAX_DEPTH, max-depth and maxDepth are one parameter.</summary>
    internal static string Canonical(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    private static async Task ReadFileAsync(string file, Dictionary<string, string> parameters, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = File.OpenRead(file);
            using var document = await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw TrainerException.Usage($"parameters file {file} holds a JSON {document.RootElement.ValueKind}, expected an object of name to value");
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null)
                    throw TrainerException.Usage($"parameter '{property.Name}' is a JSON {property.Value.ValueKind}, expected a text, number or boolean");
                if (!parameters.TryAdd(property.Name, property.Value.ToString()))
                    throw TrainerException.Usage($"parameter '{property.Name}' is given twice in {file}");
            }
        }
        catch (JsonException failure)
        {
            throw new TrainerException(ExitCode.Usage, $"parameters file {file} is malformed JSON: {failure.Message}", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new TrainerException(ExitCode.Usage, $"cannot read the parameters file: {failure.Message}", failure);
        }
    }
}
