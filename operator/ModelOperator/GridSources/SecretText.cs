namespace ModelOperator.GridSources;

/// <summary>A token or password: prints as stars wherever it would be shown.</summary>
/// <param name="value">The text itself.</param>
public sealed class SecretText(string value)
{
    /// <summary>The text itself, for the one request that needs it.</summary>
    public string Reveal() => value;

    /// <inheritdoc/>
    public override string ToString() => "***";
}
