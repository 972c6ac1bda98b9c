using System.Globalization;
using System.Text.Json;
using ModelOperator.Carbon;
using ModelOperator.Carbon.Accounting;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.TrainingRuns;
using ModelOperator.TrainingRuns.Sweeps;

namespace ModelOperator.CarbonTools;

/// <summary>
/// SCI for AI of training: per model, the emissions of all its runs, whatever became of them, per token, sample or whatever the trainer reports. M counts GPUs with
/// their share of the server for as long as trainers held them.
/// </summary>
/// <param name="Metric">Metric of a run with how many things it was trained on; null when <paramref name="Count"/> is given.</param>
/// <param name="Count">How many things the model was trained on.</param>
/// <param name="Unit">The things, in the plural.</param>
/// <param name="Per">How many make one functional unit.</param>
/// <param name="EmbodiedPerGpu">Embodied emissions of one GPU with its share of the server.</param>
internal sealed record SciOfRuns(string? Metric, double? Count, string Unit, int Per, Emissions EmbodiedPerGpu)
{
    /// <summary>Reads one TrainingRun or a list of them, as <c>kubectl get -o json</c> prints them.</summary>
    /// <exception cref="JsonException">No such JSON.</exception>
    /// <exception cref="FormatException">Something else.</exception>
    public static IReadOnlyList<V1TrainingRun> Parse(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("items", out var items)
            ? [.. items.EnumerateArray().Select(static i => Run(i))]
            : [Run(document.RootElement)];
    }

    /// <summary>One report per model, by name.</summary>
    public IReadOnlyList<SciReport> Of(IReadOnlyList<V1TrainingRun> runs)
    {
        // A sweep's status sums up its trials, those that are deleted by now included.
        var sweeps = runs.Where(static r => r.Spec.Sweep is not null).Select(static r => r.Metadata.Uid).ToHashSet(StringComparer.Ordinal);
        return [.. runs.Where(r => !(SweepChild.IsTrial(r) && sweeps.Contains(r.Controller!.Uid)))
            .GroupBy(static r => r.Spec.ModelName, StringComparer.Ordinal).OrderBy(static g => g.Key, StringComparer.Ordinal).Select(g => Of(g.Key, [.. g]))];
    }

    private SciReport Of(string model, IReadOnlyList<V1TrainingRun> runs)
    {
        var operational = runs.Aggregate(Emissions.Zero, static (sum, r) => sum + new Emissions((r.Status?.Sweep?.Energy ?? r.Status?.Energy)?.EmissionsMilligrams ?? 0));
        var embodied = runs.Aggregate(Emissions.Zero, (sum, r) => sum + Embodied(r));
        var sci = SoftwareCarbonIntensity.Of(operational, embodied, Count ?? Counted(runs), Unit, Per);
        return new()
        {
            Model = model,
            Runs = runs.Count,
            FailedRuns = runs.Count(static r => r.Status?.Phase == TrainingRunPhase.Failed),
            OperationalGrams = operational.Grams,
            EmbodiedGrams = embodied.Grams,
            Unit = sci.Unit,
            GramsPerUnit = sci.MilligramsPerUnit is { } milligrams ? Math.Round((decimal)milligrams / 1000, 6) : null,
            Reason = sci.Reason,
        };
    }

    private double? Counted(IEnumerable<V1TrainingRun> runs)
    {
        var counts = runs.Where(static r => r.Status?.Phase == TrainingRunPhase.Succeeded)
            .SelectMany(r => (r.Status!.Metrics ?? []).Where(m => m.Name == Metric))
            .Select(static m => double.TryParse(m.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN).ToList();
        return counts.Count > 0 ? counts.Sum() : null;
    }

    private Emissions Embodied(V1TrainingRun run) => run.Status?.Usage is { Gpus: > 0 } usage
        ? new EmbodiedShare { TotalEmbodied = new(checked(EmbodiedPerGpu.Milligrams * usage.Gpus * run.Spec.Nodes)), ResourcesReserved = 1, ResourcesTotal = 1 }.Over(TimeSpan.FromSeconds(usage.Seconds))
        : Emissions.Zero;

    private static V1TrainingRun Run(JsonElement element) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty("kind", out var kind) && kind.ValueEquals("TrainingRun")
        ? element.Deserialize(TrainingRunsJson.Default.V1TrainingRun)!
        : throw new FormatException("the file holds something else than TrainingRuns");
}
