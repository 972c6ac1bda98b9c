namespace ModelOperator.TrainingRuns;

/// <summary>One wrong field.</summary>
/// <param name="Path">Path in the object, for example spec.datasets[0].digest.</param>
/// <param name="Value">Value that was given, for people; null for an absent one.</param>
/// <param name="Allowed">What is allowed.</param>
public sealed record FieldError(string Path, string? Value, string Allowed)
{
    /// <summary>What is wrong with the field, for where its path stands beside it (kubectl puts it before each cause).</summary>
    public string Problem => Value is null ? $"is missing: {Allowed}" : $"'{Value}' is not allowed: {Allowed}";

    /// <summary>For people: path, value, what is allowed.</summary>
    public override string ToString() => Value is null ? $"{Path} {Problem}" : $"{Path}: {Problem}";
}
