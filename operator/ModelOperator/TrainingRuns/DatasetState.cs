namespace ModelOperator.TrainingRuns;

/// <summary>What was found out about a dataset before a GPU is taken.</summary>
public enum DatasetState
{
    /// <summary>It is there (or it is one that only the fetcher can reach).</summary>
    Found,

    /// <summary>It is not there.</summary>
    NotFound,

    /// <summary>It is there with other bytes than the digest says.</summary>
    DigestMismatch,

    /// <summary>Its source does not answer.</summary>
    Unavailable,
}
