using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ModelOperator.Api;

namespace ModelOperator.ModelVersions;

/// <summary>Judges a version by the gates of its model; pure. What is missing never passes, except a baseline that nobody is yet.</summary>
public static class ModelGateJudge
{
    /// <summary>Name of the result for the size.</summary>
    public const string Size = "sizeBytes";

    /// <summary>Most results of one version.</summary>
    public const int MostResults = 64;

    private const double Precision = 1e-12;

    /// <summary>Judges all gates.</summary>
    /// <param name="gates">Gates.</param>
    /// <param name="metrics">Metrics of the version.</param>
    /// <param name="sizeBytes">Its size; null when not known.</param>
    /// <param name="baselines">Holders of aliases, without the version itself.</param>
    public static IReadOnlyList<ModelGateResult> Judge(ModelGates gates, IReadOnlyList<NamedValue> metrics, long? sizeBytes, IReadOnlyList<GateBaseline> baselines)
    {
        var results = new List<ModelGateResult>();
        if (gates.MaxSizeBytes is { } most)
            results.Add(OfSize(most, sizeBytes));
        foreach (var gate in gates.Metrics ?? [])
        {
            foreach (var name in MetricsOf(gate))
                results.Add(OfMetric(gate, name, metrics, baselines.FirstOrDefault(one => one.Alias == gate.BaselineAlias)));
        }

        return results;
    }

    /// <summary>Names of the metrics that the gates ask for, those of slices too.</summary>
    /// <param name="gates">Gates.</param>
    public static IEnumerable<string> MetricsOf(ModelGates gates) => (gates.Metrics ?? []).SelectMany(MetricsOf).Distinct(StringComparer.Ordinal);

    /// <summary>What tells gates apart, so that a version is judged again only where they changed.</summary>
    /// <param name="gates">Gates.</param>
    public static string HashOf(ModelGates gates) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(gates, ModelVersionsJson.Default.ModelGates)).AsSpan(0, 8));

    /// <summary>What is wrong with gates by themselves; null when nothing is.</summary>
    /// <param name="gates">Gates.</param>
    public static string? Refusal(ModelGates? gates)
    {
        var all = gates?.Metrics ?? [];
        if (all.Sum(static gate => 1 + (gate.Slices?.Count ?? 0)) >= MostResults)
            return $"spec.gates.metrics: with their slices they must be fewer than {MostResults}.";
        for (var i = 0; i < all.Count; i++)
        {
            if (Problem(all[i]) is { } problem)
                return string.Create(CultureInfo.InvariantCulture, $"spec.gates.metrics[{i}].{problem}");
        }

        return null;
    }

    private static IEnumerable<string> MetricsOf(ModelGate gate) => (gate.Slices ?? []).Select(slice => $"{gate.Metric}@{slice}").Prepend(gate.Metric);

    private static string? Problem(ModelGate gate)
    {
        foreach (var (field, text) in new[] { ("threshold", gate.Threshold), ("minAbsoluteChange", gate.MinAbsoluteChange), ("minRelativeChange", gate.MinRelativeChange) })
        {
            if (text is not null && DecimalText.Parse(text) is null)
                return $"{field}: '{text}' is not allowed: a finite decimal number.";
        }

        if (gate.BaselineAlias is null && (gate.MinAbsoluteChange ?? gate.MinRelativeChange) is not null)
            return "baselineAlias: is needed beside minAbsoluteChange and minRelativeChange.";
        if (gate.BaselineAlias is { } alias && ModelAliasName.Refusal(alias) is { } refusal)
            return $"baselineAlias: {refusal}.";
        if ((gate.Slices ?? []).FirstOrDefault(static slice => slice.Length is 0 or > 128) is { } wrong)
            return $"slices: '{wrong}' is not allowed: 1 to 128 characters.";
        return (gate.Threshold ?? gate.BaselineAlias) is null ? "threshold: is needed where there is no baselineAlias." : null;
    }

    private static ModelGateResult OfSize(long most, long? size)
    {
        var result = new ModelGateResult { Name = Size, Threshold = Text(most), Measured = size is { } known ? Text(known) : null, Message = "" };
        return result.Measured is null
            ? result with { Message = $"{Size} is not known, at most {most} are allowed" }
            : result with { Passed = size <= most, Message = $"{Size} {size} {(size <= most ? "is within" : "is above")} {most}" };
    }

    private static ModelGateResult OfMetric(ModelGate gate, string name, IReadOnlyList<NamedValue> metrics, GateBaseline? baseline)
    {
        var measured = ValueOf(metrics, name);
        var result = new ModelGateResult { Name = name, Measured = measured, Threshold = gate.Threshold, Message = "" };
        if (DecimalText.Parse(measured) is not { } value)
            return result with { Message = $"{name} was not measured" };
        var sign = gate.Direction == GateDirection.Maximize ? 1 : -1;
        if (DecimalText.Parse(gate.Threshold) is { } threshold && sign * (value - threshold) < 0)
            return result with { Message = $"{name} {measured} is {(sign > 0 ? "below" : "above")} the threshold {gate.Threshold}" };
        if (baseline is null)
            return result with { Passed = true, Message = gate.BaselineAlias is null ? $"{name} {measured} reaches {gate.Threshold}" : $"{name} {measured}; nobody holds {gate.BaselineAlias} yet" };
        var known = ValueOf(baseline.Metrics, name);
        result = result with { Baseline = known, BaselineVersion = baseline.Version };
        return DecimalText.Parse(known) is { } held
            ? Beside(result, gate, sign * (value - held), held, baseline)
            : result with { Message = $"{name} {measured}; the baseline {baseline.Version} ({baseline.Alias}) has no {name}" };
    }

    /// <summary>By how much it is better than the baseline. Of a baseline of zero any improvement is a large share.</summary>
    private static ModelGateResult Beside(ModelGateResult result, ModelGate gate, double change, double held, GateBaseline baseline)
    {
        var least = DecimalText.Parse(gate.MinAbsoluteChange) ?? (gate.MinRelativeChange is null ? 0 : double.NegativeInfinity);
        var share = held == 0 ? change switch { > 0 => double.PositiveInfinity, < 0 => double.NegativeInfinity, _ => 0 } : change / Math.Abs(held);
        // 0.84 is 5 % more than 0.80, whatever doubles make of it.
        var slack = Precision * Math.Max(Math.Abs(held), Math.Abs(held + change));
        var passed = change >= least - slack && (DecimalText.Parse(gate.MinRelativeChange) is not { } relative || share >= relative - Precision);
        var wanted = string.Join(" and ", new[] { gate.MinAbsoluteChange, gate.MinRelativeChange is { } text ? $"{text} of it" : null }.OfType<string>().DefaultIfEmpty("0"));
        var told = gate.MinRelativeChange is null || held == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({share:G6} of it)");
        return result with
        {
            Passed = passed,
            Message = string.Create(CultureInfo.InvariantCulture, $"{result.Name} {result.Measured} is {change:G6} better{told} than {result.Baseline} of {baseline.Version} ({baseline.Alias}), wanted is {wanted}"),
        };
    }

    private static string? ValueOf(IReadOnlyList<NamedValue> metrics, string name) => metrics.FirstOrDefault(metric => metric.Name == name)?.Value;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
