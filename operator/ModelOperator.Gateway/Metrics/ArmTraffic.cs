namespace ModelOperator.Gateway.Metrics;

/// <summary>What is counted apart: a version is judged by the first alone, whatever else it is sent.</summary>
public enum ArmTraffic
{
    /// <summary>Requests of clients.</summary>
    Requests,

    /// <summary>Copies of them, whose answers nobody sees.</summary>
    Copies,

    /// <summary>Truths, which come late and in lots to whoever predicted, and wait for other things than a prediction does.</summary>
    Feedback,
}
