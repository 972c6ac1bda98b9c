namespace ModelOperator.LoadGen;

/// <summary>What one version answered.</summary>
internal sealed class VersionCounts
{
    internal SortedDictionary<int, long> Codes { get; } = [];

    /// <summary>The first body of each code other than 200, for people.</summary>
    internal SortedDictionary<int, string> Complaints { get; } = [];

    internal long Feedback { get; set; }

    internal double SquaredError { get; set; }

    internal long Requests => Codes.Values.Sum();

    internal long ServerErrors => Codes.Where(code => code.Key >= 500).Sum(code => code.Value);

    internal double? Rmse => Feedback == 0 ? null : Math.Sqrt(SquaredError / Feedback);
}
