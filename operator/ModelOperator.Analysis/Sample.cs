using System.Collections.Immutable;
using System.Globalization;

namespace ModelOperator.Analysis;

/// <summary>
/// The answer to one query, already classified, so that no NaN, infinity, gap or accidental extra series can slip through a comparison.
/// </summary>
/// <param name="Kind">What the answer is.</param>
/// <param name="Value">The number when <paramref name="Kind"/> is <see cref="SampleKind.Number"/>, else 0 and without meaning.</param>
/// <param name="Detail">More for people: the text that was not a number, the provider's error, how many series.</param>
public sealed record Sample(SampleKind Kind, double Value, string Detail)
{
    /// <summary>Most values that one answer may hold; a condition over a part of them would be a lie.</summary>
    public const int MaxValues = 2000;

    /// <summary>All values of the answer in its order, NaN and infinities among them; empty when nothing could be read.</summary>
    public ImmutableArray<double> Values { get; init; } = [];

    /// <summary>Series that the values are of; each may have several over time.</summary>
    public int Series { get; init; } = 1;

    /// <summary>The answer as a histogram, where every series has the label <c>le</c>; else empty.</summary>
    public ImmutableArray<HistogramBucket> Buckets { get; init; } = [];

    /// <summary>The label of each value, where every series has one label and no more; else empty.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>An answer without any series.</summary>
    public static Sample Empty { get; } = new(SampleKind.Empty, 0, "the query returned no series");

    /// <summary>True when there is exactly one finite number.</summary>
    public bool IsNumber => Kind == SampleKind.Number;

    /// <summary>Classifies one floating-point value.</summary>
    public static Sample Of(double value) => value switch
    {
        double.NaN => new(SampleKind.NotANumber, 0, "the query returned NaN") { Values = [value] },
        double.PositiveInfinity => new(SampleKind.PositiveInfinity, 0, "the query returned +Inf") { Values = [value] },
        double.NegativeInfinity => new(SampleKind.NegativeInfinity, 0, "the query returned -Inf") { Values = [value] },
        _ => new(SampleKind.Number, value, "") { Values = [value] },
    };

    /// <summary>Classifies the values of all series that a query returned.</summary>
    public static Sample Of(IReadOnlyCollection<double> series) => series.Count switch
    {
        0 => Empty,
        1 => Of(series.First()),
        > MaxValues => NotReadable(string.Create(CultureInfo.InvariantCulture, $"the query returned {series.Count} values, at most {MaxValues} are read; aggregate it")),
        _ => Several(series.Count) with { Values = [.. series] },
    };

    /// <summary>Reads one value as Prometheus writes it: a decimal number, <c>NaN</c>, <c>+Inf</c>, <c>Inf</c> or <c>-Inf</c>.</summary>
    public static Sample Parse(string? text) => text switch
    {
        null => new(SampleKind.Unparsable, 0, "the value is missing"),
        "NaN" => Of(double.NaN),
        "+Inf" or "Inf" => Of(double.PositiveInfinity),
        "-Inf" => Of(double.NegativeInfinity),
        _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) => Of(value),
        _ => new(SampleKind.Unparsable, 0, $"'{Shorten(text)}' is not a number"),
    };

    /// <summary>Reads the values of all series that a query returned.</summary>
    public static Sample Parse(IReadOnlyCollection<string> series) => series.Count switch
    {
        0 => Empty,
        1 => Parse(series.First()),
        _ => Together(series.Select(Parse)),
    };

    /// <summary>The answers of several series or points as one: their values in order, or the first that cannot be read.</summary>
    public static Sample Together(IEnumerable<Sample> parts)
    {
        List<double> values = [];
        foreach (var part in parts)
        {
            if (part.Kind is SampleKind.Unparsable or SampleKind.QueryFailed)
                return part;
            values.AddRange(part.Values);
        }

        return Of(values);
    }

    /// <summary>Compares by content, values included.</summary>
    public bool Equals(Sample? other) => other is not null && Kind == other.Kind && Value.Equals(other.Value) && Detail == other.Detail && Series == other.Series
        && Values.AsSpan().SequenceEqual(other.Values.AsSpan()) && Buckets.AsSpan().SequenceEqual(other.Buckets.AsSpan())
        && Labels.AsSpan().SequenceEqual(other.Labels.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Value, Detail, Values.Length);

    /// <summary>The provider refused the query or could not be reached; <paramref name="message"/> says why.</summary>
    public static Sample Failure(string message) => new(SampleKind.QueryFailed, 0, Shorten(message));

    /// <summary>The answer has a shape that holds no number.</summary>
    public static Sample NotReadable(string message) => new(SampleKind.Unparsable, 0, Shorten(message));

    private static Sample Several(int count) =>
        new(SampleKind.SeveralSeries, 0, string.Create(CultureInfo.InvariantCulture, $"the query returned {count} values, one is needed; aggregate it with sum() or max()"));

    /// <summary>
    /// Verdict and reason of an answer that holds no single finite number: NaN and nothing are <see cref="Verdict.NoData"/>, infinities
    /// <see cref="Verdict.Inconclusive"/>, the others <see cref="Verdict.Error"/>. Null for a number, which needs a condition to be judged.
    /// </summary>
    public (Verdict Verdict, string Reason)? Unusable() => Kind switch
    {
        SampleKind.Number => null,
        SampleKind.Empty => (Verdict.NoData, Reasons.EmptyResult),
        SampleKind.NotANumber => (Verdict.NoData, Reasons.NotANumber),
        SampleKind.PositiveInfinity => (Verdict.Inconclusive, Reasons.PositiveInfinity),
        SampleKind.NegativeInfinity => (Verdict.Inconclusive, Reasons.NegativeInfinity),
        SampleKind.SeveralSeries => (Verdict.Error, Reasons.SeveralSeries),
        SampleKind.Unparsable => (Verdict.Error, Reasons.UnparsableResult),
        _ => (Verdict.Error, Reasons.QueryFailed),
    };

    private static string Shorten(string text) => text.Length <= 200 ? text : text[..200] + "…";
}
