using ModelOperator.CarbonBudgets.Overrides;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Hosting;

/// <summary>Settings of one installation, read from environment variables at start.</summary>
public sealed record OperatorOptions
{
    /// <summary>Namespace that the operator itself runs in.</summary>
    public string Namespace { get; init; } = "model-operator-system";

    /// <summary>Image of the operator, the fetcher and the publisher.</summary>
    public string OperatorImage { get; init; } = "model-operator:dev";

    /// <summary>Image of the gateway.</summary>
    public string GatewayImage { get; init; } = "model-operator-gateway:dev";

    /// <summary>Default image of the trainer.</summary>
    public string TrainerImage { get; init; } = "model-operator-trainer:dev";

    /// <summary>Default image of the model server.</summary>
    public string ServerImage { get; init; } = "model-operator-server:dev";

    /// <summary>Default image of the model server on a GPU; a CanaryDeployment that asks for one must name its own when null.</summary>
    public string? CudaServerImage { get; init; }

    /// <summary>Address of the artifact store as Pods see it.</summary>
    public string StoreUrl { get; init; } = "http://model-operator-artifacts.model-operator-system.svc:8082";

    /// <summary>Prometheus that answers canary queries; none when null.</summary>
    public string? PrometheusUrl { get; init; }

    /// <summary>Grid zone of the cluster, as in the built-in table.</summary>
    public string Zone { get; init; } = "WORLD";

    /// <summary>Power usage effectiveness in thousandths.</summary>
    public int PueMilli { get; init; } = 1000;

    /// <summary>Prometheus that holds energy series (DCGM exporter, energy agent, Kepler); runs are not measured when null.</summary>
    public string? EnergyPrometheusUrl { get; init; }

    /// <summary>Where grid intensities come from besides the built-in table.</summary>
    public GridSources.GridSourceOptions Grid { get; init; } = new();

    /// <summary>What GPU hours and energy cost; runs have no cost when null.</summary>
    public Carbon.Accounts.PriceSheet? Prices { get; init; }

    /// <summary>Connection string of PostgreSQL; history is not kept when null.</summary>
    public string? PostgresConnection { get; init; }

    /// <summary>Address of the receiver of predictions as model servers see it; no server logs predictions when null.</summary>
    public string? PredictionsUrl { get; init; }

    /// <summary>How long predictions are kept; for ever when zero.</summary>
    public TimeSpan KeepPredictions { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Address of the operator's status endpoint as training Pods see it; progress by POST is off when null.</summary>
    public string? StatusUrl { get; init; }

    /// <summary>Whether the status endpoint is called over HTTPS.</summary>
    public bool StatusIsTls => StatusUrl?.StartsWith("https://", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>What training Pods may talk to where a run does not say.</summary>
    public TrainingNetworkPolicy NetworkPolicy { get; init; } = TrainingNetworkPolicy.Restricted;

    /// <summary>Whether runs that succeeded correct the estimates of later ones of their kind.</summary>
    public bool CalibrateEstimates { get; init; } = true;

    /// <summary>Whether the operator itself looks for http(s) and s3 datasets before a run starts; else the fetcher finds out.</summary>
    public bool ProbeSources { get; init; } = true;

    /// <summary>How often the artifact store is told what objects name; never when zero.</summary>
    public TimeSpan CollectArtifactsEvery { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Who may override a budget.</summary>
    public BudgetOverrideRules Overrides { get; init; } = new([]);

    /// <summary>The user that the API server takes the operator for.</summary>
    public string UserName => $"{BudgetOverrideRules.ServiceAccountPrefix}{Namespace}:model-operator";

    /// <summary>Name of this process in the leader election.</summary>
    public string Identity { get; init; } = "model-operator";

    /// <summary>Port of health, metrics and the status endpoint.</summary>
    public int HttpPort { get; init; } = 8080;

    /// <summary>Port of the admission webhook; 0 switches it off.</summary>
    public int WebhookPort { get; init; } = 8443;

    /// <summary>Whether replicas elect a leader; a single process in a test need not.</summary>
    public bool LeaderElection { get; init; } = true;
}
