namespace ModelOperator.Gateway.Routing;

/// <summary>Namespace and name of a CanaryDeployment.</summary>
/// <param name="Namespace">Namespace.</param>
/// <param name="Name">Name.</param>
public readonly record struct CanaryName(string Namespace, string Name)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Namespace}/{Name}";
}
