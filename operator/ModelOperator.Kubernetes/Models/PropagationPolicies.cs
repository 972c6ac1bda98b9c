namespace ModelOperator.Kubernetes;

/// <summary>Values of <see cref="DeleteOptions.PropagationPolicy"/>.</summary>
public static class PropagationPolicies
{
    /// <summary>Dependents stay.</summary>
    public const string Orphan = "Orphan";

    /// <summary>The object goes at once, dependents follow.</summary>
    public const string Background = "Background";

    /// <summary>Dependents go first.</summary>
    public const string Foreground = "Foreground";
}
