using System.Globalization;
using ModelOperator.Api;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;

namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>The child run of a trial: the parent's template with the trial's parameters. Made once and never changed. Pure.</summary>
public static class SweepChild
{
    /// <summary>Label of a child: name of the sweep (cut to 63 characters; the owner reference is the truth).</summary>
    public const string SweepLabel = ModelOperatorApi.Group + "/sweep";

    /// <summary>Label of a child: number of the trial.</summary>
    public const string TrialLabel = ModelOperatorApi.Group + "/trial";

    private const string Kind = "TrainingRun";

    /// <summary>run-t7.</summary>
    public static string NameOf(string run, int trial) => string.Create(CultureInfo.InvariantCulture, $"{run}-t{trial}");

    /// <summary>Whether the run is a trial of some sweep.</summary>
    public static bool IsTrial(V1TrainingRun run) =>
        run.Controller is { Kind: Kind } owner && owner.ApiVersion.StartsWith(ModelOperatorApi.Group + "/", StringComparison.Ordinal);

    /// <summary>
    /// The child. It carries the parent's labels: budgets select by them, and a trial must not slip past the budget of its sweep. Tools
    /// that prune by labels leave an owned object alone.
    /// </summary>
    public static V1TrainingRun Build(V1TrainingRun run, SweepTrialPlan trial) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = NameOf(run.Metadata.Name, trial.Number),
            NamespaceProperty = run.Metadata.NamespaceProperty,
            Labels = Labels(run, trial),
            // Who made the sweep made its trials: nobody approves an override of their own trial.
            Annotations = Creators.Of(run.Metadata) is { } creator ? new(StringComparer.Ordinal) { [ModelOperatorApi.CreatedByAnnotation] = creator } : null,
        },
        Spec = Spec(run.Spec, trial),
    };

    /// <summary>The template with the trial's parameters.</summary>
    public static TrainingRunSpec Spec(TrainingRunSpec template, SweepTrialPlan trial)
    {
        var choice = trial.Point.Choice;
        var parameters = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in (template.Params ?? NoParameters).Concat(choice?.Params ?? NoParameters).Concat(trial.Searched))
            parameters[name] = value;
        return template with
        {
            Sweep = null,
            // What the sweep does itself: it tells its trials when to pause, and it needs the artifact and the record of each.
            Suspend = null,
            Reuse = null,
            Carbon = template.Carbon is { } carbon ? carbon with { Schedule = null } : null,
            Ttl = template.Ttl is { Policy: TrainingTtlPolicy.Self } ttl ? ttl with { Policy = TrainingTtlPolicy.Children } : template.Ttl,
            Image = choice?.Image ?? template.Image,
            Command = choice?.Command ?? template.Command,
            Args = choice?.Args ?? template.Args,
            Params = parameters.Count == 0 ? null : parameters,
            Output = new TrainingOutput { Register = false },
        };
    }

    private static Dictionary<string, string> NoParameters { get; } = [];

    private static Dictionary<string, string> Labels(V1TrainingRun run, SweepTrialPlan trial)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in run.Metadata.Labels ?? [])
            if (!key.StartsWith(ModelOperatorApi.Group + "/", StringComparison.Ordinal))
                labels[key] = value;
        var name = run.Metadata.Name;
        labels[SweepLabel] = name.Length <= 63 ? name : name[..63].TrimEnd('-', '.');
        labels[TrialLabel] = trial.Number.ToString(CultureInfo.InvariantCulture);
        labels[ModelOperatorApi.ManagedByLabel] = ModelOperatorApi.ManagedBy;
        return labels;
    }
}
