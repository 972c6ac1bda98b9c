namespace ModelOperator.Server.PredictionLogs;

/// <summary>What became of one try to hand over a batch.</summary>
internal enum DeliveryOutcome
{
    /// <summary>It is kept; single rows may have been refused.</summary>
    Sent,

    /// <summary>It never will be.</summary>
    Refused,

    /// <summary>Nobody knows, or not now: the same batch is sent again, and kept once.</summary>
    Away,
}
