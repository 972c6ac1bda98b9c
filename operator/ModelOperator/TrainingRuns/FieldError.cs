namespace ModelOperator.TrainingRuns;

/// <summary>One wrong field.</summary>
/// <param name="Path">Path in the object, for example spec.datasets[0].digest.</param>
/// <param name="Value">Value that was given, for people; null for an absent one.</param>
/// <param name="Allowed">What is allowed.</param>
public sealed record FieldError(string Path, string? Value, string Allowed)
{
    /// <summary>For people: path, value, what is allowed.</summary>
    public override string ToString() => Value is null ? $"{Path} is missing: {Allowed}" : $"{Path}: '{Value}' is not allowed: {Allowed}";
}
