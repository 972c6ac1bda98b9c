using System.Text;
using System.Text.Json;
using ModelOperator.Api;
using ModelOperator.Artifacts;
using ModelOperator.Kubernetes;
using ModelOperator.ModelVersions;

namespace ModelOperator.TrainingRuns;

/// <summary>Small children of a run: the Secret with its tokens and parameters, the Model and the ModelVersion. Pure.</summary>
public static class TrainingRunChildren
{
    /// <summary>Key of the fetch plan in the Secret.</summary>
    public const string FetchPlanKey = "fetch-plan.json";

    /// <summary>Key of the store token in the Secret.</summary>
    public const string StoreTokenKey = "store-token";

    /// <summary>Key of the status token in the Secret.</summary>
    public const string StatusTokenKey = "status-token";

    /// <summary>Key of the certificates that the status endpoint's own is signed by.</summary>
    public const string StatusAuthorityKey = "status-ca.crt";

    /// <summary>Key of the parameters in the Secret.</summary>
    public const string ParametersKey = "params.json";

    /// <summary>Name of the run's Secret.</summary>
    public static string SecretName(V1TrainingRun run) => $"{run.Metadata.Name}-run";

    /// <summary>Labels that every child of a run carries. The user's own labels, Argo CD's tracking labels above all, are never copied.</summary>
    public static Dictionary<string, string> Labels(V1TrainingRun run, string component) => new(StringComparer.Ordinal)
    {
        [ModelOperatorApi.RunLabel] = LabelValue(run.Metadata.Name),
        [ModelOperatorApi.RunUidLabel] = run.Metadata.Uid ?? "",
        [ModelOperatorApi.ComponentLabel] = component,
        [ModelOperatorApi.ManagedByLabel] = ModelOperatorApi.ManagedBy,
    };

    /// <summary>
    /// Tokens, the fetch plan, which names the tokens of single datasets, and the parameters as one JSON object of strings, keys in order.
    /// The parameters are no secret: one object less for each run.
    /// </summary>
    public static V1Secret Secret(V1TrainingRun run, TrainingRunTokens tokens)
    {
        var data = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [FetchPlanKey] = JsonSerializer.SerializeToUtf8Bytes(FetchItems(run, tokens), ArtifactsJson.Default.ListFetchItem),
            [StoreTokenKey] = Encoding.UTF8.GetBytes(tokens.Store),
            [ParametersKey] = JsonSerializer.SerializeToUtf8Bytes(
                new SortedDictionary<string, string>((run.Spec.Params ?? new Dictionary<string, string>()).ToDictionary(), StringComparer.Ordinal),
                TrainingRunsJson.Default.SortedDictionaryStringString),
        };
        if (tokens.Status is { } status)
        {
            data[StatusTokenKey] = Encoding.UTF8.GetBytes(status);
            data[StatusAuthorityKey] = Encoding.UTF8.GetBytes(tokens.Authority ?? "");
        }

        return new V1Secret { Metadata = Metadata(run, SecretName(run), "run-tokens"), Type = "Opaque", Data = data };
    }

    /// <summary>The Model that versions are numbered under. Nobody owns it: it outlives every run.</summary>
    public static V1Model Model(V1TrainingRun run) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = run.Spec.ModelName,
            NamespaceProperty = run.Metadata.NamespaceProperty,
            Labels = new(StringComparer.Ordinal) { [ModelOperatorApi.ManagedByLabel] = ModelOperatorApi.ManagedBy },
        },
    };

    /// <summary>The version that a finished run registers. The run does not own it: versions outlive runs.</summary>
    public static V1ModelVersion Version(V1TrainingRun run, TrainingRunStatus status, long number) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = VersionName(run, number),
            NamespaceProperty = run.Metadata.NamespaceProperty,
            Labels = new(StringComparer.Ordinal)
            {
                [ModelOperatorApi.ModelLabel] = run.Spec.ModelName,
                [ModelOperatorApi.RunLabel] = LabelValue(run.Metadata.Name),
                [ModelOperatorApi.ManagedByLabel] = ModelOperatorApi.ManagedBy,
            },
        },
        Spec = new ModelVersionSpec
        {
            Model = run.Spec.ModelName,
            TrainingRun = new ObjectSource { Name = run.Metadata.Name, Uid = run.Metadata.Uid },
            Artifact = status.Artifact ?? throw new InvalidOperationException("a run without an artifact registers nothing"),
            Signature = run.Spec.Output?.Signature,
            Aliases = run.Spec.Output?.AliasesOnSuccess,
            Tags = run.Spec.Output?.Tags,
            Description = run.Spec.Output?.Description,
            Lineage = new Lineage
            {
                Image = status.Resolved?.Image,
                Datasets = status.Resolved?.Datasets,
                Params = status.Sweep?.Best?.Params ?? run.Spec.Params,
                Source = run.Spec.Source,
                Parent = run.Spec.Output?.Parent,
                InputHash = status.Resolved?.InputHash,
                Sweep = Sweeps.SweepLineages.Of(run.Spec, status),
            },
            Metrics = status.Metrics,
            Energy = status.Sweep?.Energy ?? status.Energy,
        },
    };

    /// <summary>model-number.</summary>
    public static string VersionName(V1TrainingRun run, long number) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{run.Spec.ModelName}-{number}");

    /// <summary>What the fetcher loads, in the spec's order.</summary>
    private static List<FetchItem> FetchItems(V1TrainingRun run, TrainingRunTokens tokens) =>
    [
        .. (run.Spec.Datasets ?? []).Select(d => new FetchItem
        {
            Name = d.Name,
            Uri = d.Uri,
            Dir = $"{TrainingRunPods.DatasetFolder}/{d.Name}",
            Digest = TrainingResolution.DigestFor(run, d),
            FileName = d.FileName,
            Token = tokens.Datasets.GetValueOrDefault(d.Name),
            Path = ConfigMapDataset.TryParse(d.Uri, out var source)
                ? TrainingRunPods.ConfigMapFolder(d.Name) + (source.Key is { } key ? $"/{key}" : "")
                : TrainingRunSources.ClaimFolder(d),
            Endpoint = d.S3?.Endpoint,
            Region = d.S3?.Region,
            CredentialsPath = TrainingRunSources.SecretFolder(d),
            Validation = d.Validation,
            Profile = d.MakesProfile ? true : null,
            ProfileToken = d.MakesProfile ? tokens.Store : null,
        }),
    ];

    private static V1ObjectMeta Metadata(V1TrainingRun run, string name, string component) => new()
    {
        Name = name,
        NamespaceProperty = run.Metadata.NamespaceProperty,
        Labels = Labels(run, component),
    };

    private static string LabelValue(string name) => name.Length <= 63 ? name : name[..63].TrimEnd('-', '.');
}
