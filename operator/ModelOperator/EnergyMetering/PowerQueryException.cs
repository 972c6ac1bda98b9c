namespace ModelOperator.EnergyMetering;

/// <summary>Prometheus gave no series.</summary>
/// <param name="message">What happened, for people.</param>
/// <param name="isTransient">Whether trying again at once may help.</param>
/// <param name="isAway">Whether nobody answered, so that later may help.</param>
public sealed class PowerQueryException(string message, bool isTransient, bool isAway = false) : Exception(message)
{
    /// <summary>Whether trying again at once may help.</summary>
    public bool IsTransient { get; } = isTransient;

    /// <summary>Whether nobody answered, so that later may help.</summary>
    public bool IsAway { get; } = isTransient || isAway;
}
