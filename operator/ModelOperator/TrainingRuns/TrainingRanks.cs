using System.Globalization;
using ModelOperator.Kubernetes;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// Names of a run's ranks: Pods <c>&lt;run&gt;-&lt;attempt&gt;-&lt;rank&gt;</c>, which are host names too, behind one headless Service. The attempt is
/// in the name, so that a rank of one generation can never find the coordinator of another. Pure.
/// </summary>
public static class TrainingRanks
{
    /// <summary>Longest name of a run of several nodes: what follows must still be a host name of 63 characters.</summary>
    public const int LongestRunName = 50;

    /// <summary>Most nodes of a run.</summary>
    public const int Most = 1024;

    /// <summary>Stands for the UID of a Pod that was not seen yet: Kubernetes 1.20 refuses empty texts in the lists of a status.</summary>
    public const string Unseen = "-";

    /// <summary>True for the UID of a Pod that was seen.</summary>
    public static bool IsSeen(string uid) => uid.Length > 0 && uid != Unseen;

    /// <summary>Name of a rank's Pod.</summary>
    public static string PodName(string run, int attempt, int rank) => string.Create(CultureInfo.InvariantCulture, $"{run}-{attempt}-{rank}");

    /// <summary>Name of the headless Service.</summary>
    public static string ServiceName(string run) => $"{run}-ranks";

    /// <summary>Address of a rank as its peers resolve it, by the search path of their namespace: no cluster domain is assumed.</summary>
    public static string Address(V1TrainingRun run, int attempt, int rank) => run.Spec.Nodes > 1
        ? $"{PodName(run.Metadata.Name, attempt, rank)}.{ServiceName(run.Metadata.Name)}"
        : "localhost";

    /// <summary>Processes per node: as asked, else one per GPU, else one.</summary>
    public static int ProcessesPerNode(TrainingRunSpec spec) =>
        AskedPerNode(spec) ?? Math.Max(1, TrainingQuantities.Gpus(spec.Resources));

    /// <summary>Processes per node as a number, also where it was written as a text; null for auto and for what is no number.</summary>
    internal static int? AskedPerNode(TrainingRunSpec spec) => spec.ProcPerNode switch
    {
        { Text: null } asked => asked.Number,
        { Text: { } text } when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    /// <summary>The headless Service that gives every rank its name before it is ready: trainers are what a rank waits for.</summary>
    public static V1Service Service(V1TrainingRun run) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = ServiceName(run.Metadata.Name),
            NamespaceProperty = run.Metadata.NamespaceProperty,
            Labels = TrainingRunChildren.Labels(run, "ranks"),
        },
        Spec = new V1ServiceSpec
        {
            ClusterIP = "None",
            PublishNotReadyAddresses = true,
            Selector = new(StringComparer.Ordinal)
            {
                [Api.ModelOperatorApi.RunUidLabel] = run.Metadata.Uid ?? "",
                [Api.ModelOperatorApi.ComponentLabel] = "trainer",
            },
        },
    };
}
