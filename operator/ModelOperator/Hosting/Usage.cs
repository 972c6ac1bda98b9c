namespace ModelOperator.Hosting;

/// <summary>Help of the executable.</summary>
internal static class Usage
{
    public const string Text = """
        modeloperator <command>

          run       the operator (default): reconciles TrainingRuns, Models, ModelVersions, CanaryDeployments, CarbonBudgets, ClusterCarbonBudgets, BudgetOverrides
          store     the artifact store
          api       the read-only HTTP API of the history (models, versions, runs, lineage, budgets, canaries, predictions)
          predictions  takes sampled predictions and truths of model servers into the history
          fetch     downloads and verifies datasets and models (in Pods)
          follow    keeps beside a model server the versions that aliases name (in Pods)
          publish   hashes and uploads a trained model (in Pods)
          progress  tells the operator what a trainer writes into its metrics file (in Pods)
          agent     the energy agent of a node (NVML and RAPL as Prometheus metrics)
          carbon    intensity of a zone, estimate of a run, best start, recosting of the history, as JSON
          datasets  lists the digests of datasets over time, and the runs and models made from each [--namespace NS] [--name NAME]
          accounts  energy, emissions, cost, idle and lost hours [--by model|dataset|framework|region|user|run|phase|server] [--namespace NS] [--from T] [--to T] [--json]
          version   prints the version

        Settings are environment variables; docs/operations.md lists them.
        """;
}
