using System.Globalization;
using System.Security.Cryptography;
using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Learning;
using ModelOperator.Trainer.Output;
using ModelOperator.Trainer.Parameters;
using ModelOperator.XGBoost.Trees;

namespace ModelOperator.Trainer.Optimising;

/// <summary>Makes variants of a finished model, measures all, and says which meets the targets.</summary>
/// <param name="parameters">With those of the optimiser.</param>
/// <param name="data">With validation rows.</param>
/// <param name="threads">The most threads.</param>
/// <param name="time">For latencies.</param>
/// <param name="warn">Told what the user should know.</param>
/// <param name="stop">Looked at before each scoring.</param>
internal sealed class Optimiser(TrainingParameters parameters, PreparedData data, int threads, TimeProvider time, Action<string> warn, CancellationToken stop)
{
    // W of a busy core where no sensor says better: the operator's own default (CodeCarbon's value per hardware thread of an unknown CPU).
    private const double WattsPerCore = 4;
    private const int Looks = 3;

    private readonly OptimiserParameters _wanted = parameters.Optimiser!;
    private readonly Dataset _validation = data.Validation!;
    private readonly Loader _loader = new(data);
    private readonly List<OptimisedModel> _refused = [];

    /// <summary>Never at the cost of the model, which is finished: what fails here is said, and the model has no variants.</summary>
    /// <exception cref="TrainerException">Asked to stop.</exception>
    internal Optimised Run(ILearned learned, IReadOnlyList<int> samples)
    {
        var judge = new Judge(data, _validation, threads, stop);
        var original = new Candidate(Candidate.Original, learned.Format, learned.Describe().File, learned.Content);
        List<Candidate> candidates = [original];
        try
        {
            var before = judge.Score(_loader.Load(original).Predict) ?? throw new NotSupportedException("a prediction of the original is no finite number");
            // Of one class alone every model is right that names it always, and there is no auc that could tell.
            if (data.Table.TargetType != TargetType.Regression && !before.ContainsKey("auc"))
                throw new NotSupportedException(
                    $"all {_validation.Rows} validation rows are of one class, so what a variant loses cannot be measured (more rows, 'stratify', another 'seed' or 'validationFraction')");
            candidates.AddRange(learned.Format == ModelDocument.NetworkFormatName ? Networks(learned) : Trees(learned, predictor => judge.Loss(before, predictor)));
            return Measure(candidates, judge, before, samples);
        }
        catch (NotSupportedException reason)
        {
            return NotOptimised(reason.Message);
        }
        catch (Exception failure) when (failure is not (TrainerException or OperationCanceledException))
        {
            return NotOptimised($"{failure.GetBaseException().GetType().Name}: {failure.GetBaseException().Message}");
        }
    }

    private Optimised NotOptimised(string reason)
    {
        warn($"the model is not optimised: {reason}");
        return new Optimised([], Document([new OptimisedModel { Name = Candidate.Original, Registered = true, Reason = $"not optimised: {reason}" }]));
    }

    private bool Wants(Optimisation optimisation) => _wanted.Optimise == optimisation || _wanted.Optimise == Optimisation.Auto;

    private List<Candidate> Networks(ILearned learned)
    {
        var model = NetworkFile.Read(learned.Content);
        List<Candidate> made = [];
        if (Wants(Optimisation.Fp16))
            Try(made, "fp16", learned.Format, "network", () => NetworkFile.Write(NetworkRounding.ToHalf(model), half: true));
        if (Wants(Optimisation.Int8))
            Try(made, "int8", ModelDocument.Int8NetworkFormatName, "network", () => NetworkFile.Write(NetworkRounding.ToInt8(model)));
        return made;
    }

    private List<Candidate> Trees(ILearned learned, Func<RowsPrediction, double> loss)
    {
        var model = TreePruning.Read(learned.Content, data.Train.Columns);
        List<Candidate> made = [];
        if (Wants(Optimisation.Round))
            Try(made, "round", ModelDocument.TreesFormatName, "trees", () => TreesFile.Write(TreesRounding.Round(model), rounded: true));
        if (!Wants(Optimisation.Prune))
            return made;
        var pruned = TreeSearch.Prune(model, parameters.Trees!.IsForest, _wanted.MaxLoss, trees => loss(TreeEnsemble.Of(trees).Predict));
        if (pruned is null)
        {
            _refused.Add(new OptimisedModel { Name = "prune", Reason = "no tree and no split can go without losing more than maxLoss" });
            return made;
        }

        Try(made, "prune", ModelDocument.TreesFormatName, "trees", () => TreesFile.Write(pruned));
        if (Wants(Optimisation.Round))
            Try(made, "prune-round", ModelDocument.TreesFormatName, "trees", () => TreesFile.Write(TreesRounding.Round(pruned), rounded: true));
        return made;
    }

    private void Try(List<Candidate> made, string name, string format, string kind, Func<byte[]> make)
    {
        try
        {
            made.Add(new Candidate(name, format, $"{kind}-{name}.safetensors", make()));
        }
        catch (NotSupportedException reason)
        {
            _refused.Add(new OptimisedModel { Name = name, Reason = $"not possible: {reason.Message}" });
        }
    }

    private Optimised Measure(List<Candidate> candidates, Judge judge, SortedDictionary<string, double> before, IReadOnlyList<int> samples)
    {
        var loaded = candidates.ConvertAll(candidate => (Candidate: candidate, Model: _loader.Load(candidate)));
        var meter = new Meter(_validation, data.Table.Outputs, time);
        // In turns, so that a busy moment of the machine does not meet one of them alone. What the first turn finds is a program that is still being compiled.
        var looks = Enumerable.Range(0, Looks + 1).Select(_ => loaded.ConvertAll(item => meter.Look(item.Model))).Skip(1).ToList();
        List<OptimisedModel> models = [];
        List<(VariantDocument, byte[])> variants = [];
        foreach (var (index, (candidate, (predictor, _))) in loaded.Index())
        {
            var scores = judge.Score(predictor);
            double? loss = scores is null ? null : AccuracyLoss.Of(data.Table.TargetType, before, scores);
            var model = Describe(candidate, Measurement.Median([.. looks.Select(turn => turn[index])]), loss);
            models.Add(model);
            if (model.Registered && index > 0)
                variants.Add((Variant(candidate, predictor, scores!, loss!.Value, samples), candidate.Content));
        }

        return new Optimised(variants, Document([.. models, .. _refused]));
    }

    private OptimisedModel Describe(Candidate candidate, Measurement measured, double? loss)
    {
        var keeps = loss <= _wanted.MaxLoss;
        bool? meets = _wanted is { TargetLatencyMs: null, MaxMemory: null }
            ? null
            : keeps && measured.LatencyMsP99 <= (_wanted.TargetLatencyMs ?? double.MaxValue) && measured.MemoryBytes <= (_wanted.MaxMemory ?? long.MaxValue);
        return new OptimisedModel
        {
            Name = candidate.Name,
            Registered = keeps,
            Reason = keeps ? null : loss is { } lost ? string.Create(CultureInfo.InvariantCulture, $"loses {lost:G4}, allowed is {_wanted.MaxLoss}") : "a prediction is no finite number",
            Meets = meets,
            SizeBytes = candidate.Content.Length,
            MemoryBytes = measured.MemoryBytes,
            LatencyMsP50 = measured.LatencyMsP50,
            LatencyMsP99 = measured.LatencyMsP99,
            Batch100MsP50 = measured.BatchMsP50,
            CpuMsPer1000 = measured.CpuMsPer1000,
            JoulesPer1000 = measured.CpuMsPer1000 / 1000 * WattsPerCore,
            Loss = loss,
        };
    }

    private VariantDocument Variant(Candidate candidate, RowsPrediction predictor, SortedDictionary<string, double> scores, double loss, IReadOnlyList<int> samples)
    {
        var outputs = data.Table.Outputs;
        var metrics = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, value) in scores)
            metrics["validation_" + name] = value;
        return new VariantDocument
        {
            Name = candidate.Name,
            Format = candidate.Format,
            File = candidate.File,
            Digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(candidate.Content)),
            SizeBytes = candidate.Content.Length,
            Loss = loss,
            Metrics = metrics,
            Predictions = [.. samples.Select(row =>
            {
                var predictions = new float[outputs];
                predictor(data.Train.Values.AsSpan(row * data.Train.Columns, data.Train.Columns), predictions);
                return predictions.Select(static prediction => (double)prediction).ToList();
            })],
        };
    }

    private OptimisationDocument Document(List<OptimisedModel> models)
    {
        var met = models.Where(static model => model.Meets == true).OrderBy(static model => model.Loss).ThenBy(static model => model.SizeBytes).ToList();
        List<string> targets = [];
        if (_wanted.TargetLatencyMs is { } latency)
            targets.Add(string.Create(CultureInfo.InvariantCulture, $"targetLatencyMs {latency} (99th percentile of one row)"));
        if (_wanted.MaxMemory is { } memory)
            targets.Add(string.Create(CultureInfo.InvariantCulture, $"maxMemory {memory} bytes"));
        var message = targets.Count == 0 ? "no target is set" : $"{string.Join(" and ", targets)}: {(models.TrueForAll(static model => model.SizeBytes is null) ? "nothing was measured" : met.Count == 0 ? "none meets" : $"met by {string.Join(", ", met.Select(static model => model.Name))}")}";
        return new OptimisationDocument
        {
            Optimise = _wanted.Optimise.ToString(),
            MaxLoss = _wanted.MaxLoss,
            Loss = AccuracyLoss.Words(data.Table.TargetType),
            Energy = string.Create(CultureInfo.InvariantCulture, $"processor time at {WattsPerCore} W a core; no sensor was read"),
            TargetLatencyMs = _wanted.TargetLatencyMs,
            MaxMemoryBytes = _wanted.MaxMemory,
            Models = models,
            Choice = met.Count > 0 ? met[0].Name : null,
            Message = message,
        };
    }
}
