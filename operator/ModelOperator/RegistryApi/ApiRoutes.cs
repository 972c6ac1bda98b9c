using System.Collections.Immutable;

namespace ModelOperator.RegistryApi;

/// <summary>The table of routes: what is served, documented and authorised, all from here.</summary>
public static class ApiRoutes
{
    private const string Root = "/api/v1";
    private const string Versions = "modelversions";
    private const string Object = "t.namespace = {namespace} AND t.name = {name}";

    /// <summary>All routes.</summary>
    public static ImmutableArray<ApiRoute> All { get; } =
    [
        List("models", "listModels", "Models.", "models", ApiCollections.Models),
        One("models/{namespace}/{name}", "getModel", "A model with its aliases.", "models", ApiCollections.Models),
        One("models/{namespace}/{name}/aliases/{alias}", "getVersionByAlias", "The version that holds an alias.", Versions, ApiCollections.Versions,
            "(t.namespace, t.model, t.number) = (SELECT a.namespace, a.model, a.number FROM aliases AS a WHERE a.namespace = {namespace} AND a.model = {name} AND a.alias = {alias})",
            named: null),
        One("models/{namespace}/{name}/sci", "getModelSci", "What the model emitted, and how much that is for a thousand predictions.", "models", ApiIntensities.Models),
        List("versions", "listVersions", "Versions, searched by tag, metric, alias and lineage.", Versions, ApiCollections.Versions),
        One("versions/{namespace}/{name}", "getVersion", "A version.", Versions, ApiCollections.Versions),
        One("versions/{namespace}/{name}/manifest", "getVersionManifest", "The manifest by which a version is made again that was deleted.", Versions, ApiManifests.Versions),
        One("versions/{namespace}/{name}/sci", "getVersionSci", "What the version emitted, and how much that is for a thousand predictions.", Versions, ApiIntensities.Versions),
        Under("versions/{namespace}/{name}/accuracy", "listVersionAccuracy", "How good a version's predictions were, window by window, by the truths that came.", Versions, ApiPredictions.Windows,
            "t.namespace = {namespace} AND t.version = {name}"),
        // Features may say more of people than any object of the cluster does: a right of its own.
        List("predictions", "listPredictions", "Sampled predictions by the time that they were made, with their truths.", "predictions", ApiPredictions.Predictions),
        List("runs", "listRuns", "Runs by the time of their creation.", "trainingruns", ApiCollections.Runs),
        One("runs/{namespace}/{name}", "getRun", "A run; of several that had the name, the latest.", "trainingruns", ApiCollections.Runs),
        List("lineage", "listLineage", "What versions were made from, and what became of them.", Versions, ApiCollections.Lineage),
        One("lineage/{namespace}/{name}", "getLineage", "The lineage of a version.", Versions, ApiCollections.Lineage),
        List("budgets", "listBudgets", "CarbonBudgets.", "carbonbudgets", ApiHistories.Budgets),
        One("budgets/{namespace}/{name}", "getBudget", "A CarbonBudget.", "carbonbudgets", ApiHistories.Budgets),
        Under("budgets/{namespace}/{name}/windows", "listBudgetWindows", "Windows of a CarbonBudget.", "carbonbudgets", ApiHistories.Windows, Budget("CarbonBudget")),
        Under("budgets/{namespace}/{name}/ledger", "listBudgetLedger", "The ledger of a CarbonBudget.", "carbonbudgets", ApiHistories.Ledger, Budget("CarbonBudget")),
        List("clusterbudgets", "listClusterBudgets", "ClusterCarbonBudgets.", "clustercarbonbudgets", ApiHistories.ClusterBudgets),
        One("clusterbudgets/{name}", "getClusterBudget", "A ClusterCarbonBudget.", "clustercarbonbudgets", ApiHistories.ClusterBudgets, "t.name = {name}"),
        Under("clusterbudgets/{name}/windows", "listClusterBudgetWindows", "Windows of a ClusterCarbonBudget.", "clustercarbonbudgets", ApiHistories.Windows, Cluster),
        Under("clusterbudgets/{name}/ledger", "listClusterBudgetLedger", "The ledger of a ClusterCarbonBudget.", "clustercarbonbudgets", ApiHistories.Ledger, Cluster),
        List("canaries", "listCanaries", "CanaryDeployments.", "canarydeployments", ApiCollections.Canaries),
        One("canaries/{namespace}/{name}", "getCanary", "A CanaryDeployment.", "canarydeployments", ApiCollections.Canaries),
        Under("canaries/{namespace}/{name}/outcomes", "listCanaryOutcomes", "How its canaries ended.", "canarydeployments", ApiHistories.Outcomes, Canary),
        Under("canaries/{namespace}/{name}/decisions", "listCanaryDecisions", "What was decided, and on what evidence.", "canarydeployments", ApiHistories.Decisions, Canary),
    ];

    private const string Canary = "t.namespace = {namespace} AND t.canary = {name}";
    private const string Cluster = "t.budget = {name} AND t.budget_kind = 'ClusterCarbonBudget'";

    private static string Budget(string kind) => $"t.namespace = {{namespace}} AND t.budget = {{name}} AND t.budget_kind = '{kind}'";

    private static ApiRoute List(string path, string operation, string summary, string resource, ApiCollection collection) =>
        new() { Path = $"{Root}/{path}", Operation = operation, Summary = summary, Resource = resource, Collection = collection };

    private static ApiRoute One(string path, string operation, string summary, string resource, ApiCollection collection, string where = Object, string? named = "name") =>
        List(path, operation, summary, resource, collection) with { Single = true, Where = where, Named = named };

    private static ApiRoute Under(string path, string operation, string summary, string resource, ApiCollection collection, string where) =>
        List(path, operation, summary, resource, collection) with { Where = where, Named = "name" };
}
