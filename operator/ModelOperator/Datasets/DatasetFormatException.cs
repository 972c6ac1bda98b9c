namespace ModelOperator.Datasets;

/// <summary>A file cannot be read as what it should be.</summary>
/// <param name="rule">Rule that is broken, one word.</param>
/// <param name="message">What is wrong.</param>
/// <param name="line">Line, from 1.</param>
public sealed class DatasetFormatException(string rule, string message, long line) : Exception(message)
{
    /// <summary>Rule that is broken, one word.</summary>
    public string Rule { get; } = rule;

    /// <summary>Line, from 1.</summary>
    public long Line { get; } = line;
}
