namespace ModelOperator.ModelFormat;

/// <summary>What clients were promised of a model: the features that it takes, and what it answers.</summary>
public sealed class SignatureDocument
{
    public required List<SignatureColumn> Inputs { get; set; }

    /// <summary>Null for no promise.</summary>
    public List<SignatureColumn>? Outputs { get; set; }

    /// <summary>What a model does not keep of it; null when it keeps all.</summary>
    public string? Difference(ModelDocument model)
    {
        var features = model.Inputs.ToDictionary(static feature => feature.Name, StringComparer.Ordinal);
        foreach (var input in Inputs)
        {
            if (!features.Remove(input.Name, out var feature))
                return $"the signature has input '{input.Name}', the model has no such feature";
            if (feature.Type.ToString() != input.Type.ToString())
                return $"input '{input.Name}' is {input.Type} in the signature, {feature.Type} in the model";
            if (input.Optional && !feature.AllowMissing)
                return $"input '{input.Name}' is optional in the signature, but the model was trained without missing values for it";
        }

        if (features.Keys.Order(StringComparer.Ordinal).FirstOrDefault() is { } extra)
            return $"the model takes feature '{extra}', which the signature lacks";
        var answer = model.Target.Type switch
        {
            TargetType.Regression => SignatureType.Numeric,
            TargetType.Binary => SignatureType.Probability,
            _ => SignatureType.Categorical,
        };
        return Outputs is null || (Outputs is [var output] && output.Name == model.Target.Name && output.Type == answer)
            ? null
            : $"the signature has outputs {string.Join(", ", Outputs.Select(static output => $"'{output.Name}' ({output.Type})"))}, the model answers '{model.Target.Name}' ({answer})";
    }
}
