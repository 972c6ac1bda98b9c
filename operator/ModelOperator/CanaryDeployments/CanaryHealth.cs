namespace ModelOperator.CanaryDeployments;

/// <summary>How machines should read a status.</summary>
public enum CanaryHealth
{
    /// <summary>At the state that the spec asks for.</summary>
    Ready,

    /// <summary>On the way there.</summary>
    Progressing,

    /// <summary>Waiting for a person or for data.</summary>
    Paused,

    /// <summary>Nothing will change until somebody changes something.</summary>
    Stalled,
}
