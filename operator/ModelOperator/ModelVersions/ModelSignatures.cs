using System.Globalization;
using System.Text.Json;

namespace ModelOperator.ModelVersions;

/// <summary>Rules about signatures that the schema cannot say, and their form for a model server.</summary>
public static class ModelSignatures
{
    /// <summary>The first problem: field, value and what is allowed; null when there is none.</summary>
    public static (string Field, string Value, string Allowed)? Problem(ModelSignature? signature)
    {
        if (signature is null)
            return null;
        return signature.Inputs.Count == 0 ? ("inputs", "[]", "at least one field") : Problem("inputs", signature.Inputs) ?? Problem("outputs", signature.Outputs ?? []);
    }

    /// <summary>JSON that the model server reads; null for none.</summary>
    public static string? Wire(ModelSignature? signature) => signature is null ? null : JsonSerializer.Serialize(signature, ModelVersionsJson.Default.ModelSignature);

    private static (string Field, string Value, string Allowed)? Problem(string list, IReadOnlyList<SignatureField> fields)
    {
        if (fields.Count > ModelSignature.Most)
            return (list, Text(fields.Count), $"at most {Text(ModelSignature.Most)} fields");
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (var (index, field) in fields.Index())
        {
            var path = $"{list}[{Text(index)}]";
            if (field.Name.Length is 0 or > 128 || !names.Add(field.Name))
                return ($"{path}.name", field.Name.Length > 128 ? field.Name[..128] : field.Name, "1 to 128 characters, each name once");
            if (list == "inputs" && field.Type == SignatureType.Probability)
                return ($"{path}.type", nameof(SignatureType.Probability), "Numeric or Categorical");
            if (list == "outputs" && field.Optional)
                return ($"{path}.optional", "true", "false: a model always answers");
        }

        return null;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
