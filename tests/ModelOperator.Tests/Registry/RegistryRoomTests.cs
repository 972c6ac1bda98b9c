using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ModelOperator.Api;
using ModelOperator.CarbonBudgets;
using ModelOperator.Fakes;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Kubernetes.Runtime.Metrics;
using ModelOperator.ModelVersions;
using ModelOperator.Registry;
using ModelOperator.Tests.Artifacts;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.Registry;

/// <summary>The whole way: API server (fake), informers, queue, writer, PostgreSQL (real).</summary>
public sealed class RegistryRoomTests : IAsyncLifetime
{
    private readonly PostgresServer postgres = new();
    private FakeApiServer? api;

    private FakeApiServer Api => api!;

    public async Task InitializeAsync()
    {
        await postgres.InitializeAsync();
        api = await FakeApiServer.StartAsync(new FakeApiServerOptions { BookmarkInterval = TimeSpan.FromMilliseconds(200) });
        Api.Register(ModelOperatorDescriptors.TrainingRuns);
        Api.Register(ModelOperatorDescriptors.Models);
        Api.Register(ModelOperatorDescriptors.ModelVersions);
        Api.Register(ModelOperatorDescriptors.CanaryDeployments);
        Api.Register(ModelOperatorDescriptors.CarbonBudgets);
        Api.Register(ModelOperatorDescriptors.BudgetOverrides);
    }

    public async Task DisposeAsync()
    {
        await Api.DisposeAsync();
        await postgres.DisposeAsync();
    }

    [PostgresFact]
    public async Task What_the_api_server_holds_arrives_across_an_outage_and_nothing_is_written_to_the_api_server()
    {
        var connection = await postgres.CreateDatabaseAsync();
        await postgres.StopAsync("fast");
        using var host = Build(connection);
        await host.StartAsync();
        var metrics = host.Services.GetRequiredService<PrometheusRegistry>();
        var run = Api.Add("trainingruns", Json(Samples.Run("a"), TrainingRunsJson.Default.V1TrainingRun));
        Api.SetStatus("trainingruns", "ml", "a", Json(Samples.Run("a"), TrainingRunsJson.Default.V1TrainingRun)["status"]!.AsObject());
        var holds = Json(HoldOf((string)run["metadata"]!["uid"]!), CarbonBudgetsJson.Default.V1CarbonBudget);
        Api.Add("carbonbudgets", holds);
        Api.SetStatus("carbonbudgets", "ml", "team", holds["status"]!.AsObject());
        await Eventually.TrueAsync(() => metrics.Write().Contains("modelop_registry_pending 2\n", StringComparison.Ordinal));
        // Another test may have a registry of its own in this process: its gauge is the same series.
        await Eventually.TrueAsync(() => metrics.Write().Contains("modelop_registry_up 0\n", StringComparison.Ordinal));

        await postgres.StartAsync();
        await Eventually.TrueAsync(async () => (await RowsAsync(connection, "SELECT name, phase FROM runs")).SequenceEqual(["a|Running"]));
        Api.SetStatus("trainingruns", "ml", "a", Json(Samples.Finished("a"), TrainingRunsJson.Default.V1TrainingRun)["status"]!.AsObject());
        var version = Json(Samples.Version(1), ModelVersionsJson.Default.V1ModelVersion);
        Api.Add("modelversions", version);
        var model = Json(Samples.Model(("champion", 1)), ModelVersionsJson.Default.V1Model);
        Api.Add("models", model);
        Api.SetStatus("models", "ml", "diamonds", model["status"]!.AsObject());
        Api.SetStatus("carbonbudgets", "ml", "team", Json(Samples.Budget(), CarbonBudgetsJson.Default.V1CarbonBudget)["status"]!.AsObject());
        await Eventually.TrueAsync(async () => (await RowsAsync(connection, "SELECT kind, milligrams FROM budget_ledger WHERE kind <> 'roll' ORDER BY id")).SequenceEqual(["reserve|800", "settle|500"]));
        await Eventually.TrueAsync(async () => (await RowsAsync(connection, "SELECT alias, version FROM aliases")).SequenceEqual(["champion|diamonds-1"]));
        Api.Delete("trainingruns", "ml", "a");
        await Eventually.TrueAsync(async () => (await RowsAsync(connection, "SELECT phase FROM runs WHERE deleted_at IS NOT NULL")).SequenceEqual(["Succeeded"]));

        await Eventually.TrueAsync(() => metrics.Write().Contains("modelop_registry_pending 0\n", StringComparison.Ordinal));
        await Eventually.TrueAsync(() => metrics.Write().Contains("modelop_registry_up 1\n", StringComparison.Ordinal));
        Assert.DoesNotContain("modelop_registry_writes_total{result=\"written\"} 0\n", metrics.Write(), StringComparison.Ordinal);
        Assert.Empty(Api.Writes);
        await host.StopAsync();
    }

    [Fact]
    public void Without_a_connection_string_nothing_is_registered()
    {
        var services = new ServiceCollection();
        var host = services.AddControllerHost();
        var before = services.Count;
        host.AddRegistry(new OperatorOptions());
        Assert.Equal(before, services.Count);
    }

    [Fact]
    public void A_bad_connection_string_ends_the_start() =>
        Assert.Throws<FormatException>(() => new ServiceCollection().AddControllerHost().AddRegistry(new OperatorOptions { PostgresConnection = "nonsense" }));

    private static V1CarbonBudget HoldOf(string uid)
    {
        var budget = Samples.Budget(("a", 800));
        return budget with { Status = budget.Status! with { Holds = [budget.Status.Holds![0] with { RunUid = uid }] } };
    }

    private static JsonObject Json<T>(T entity, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : IKubernetesObject
    {
        var json = JsonSerializer.SerializeToNode(entity, type)!.AsObject();
        json["metadata"] = new JsonObject { ["name"] = entity.Metadata.Name, ["namespace"] = entity.Metadata.NamespaceProperty };
        return json;
    }

    /// <summary>Rows; none while the tables are not there yet.</summary>
    private static async Task<List<string>> RowsAsync(string connection, string sql)
    {
        try
        {
            return await PostgresServer.RowsAsync(connection, sql);
        }
        catch (Npgsql.PostgresException missing) when (missing.SqlState == "42P01")
        {
            return [];
        }
    }

    private IHost Build(string connection)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging();
        builder.Services.AddSingleton<IKubernetesClient>(_ => new KubernetesClient(
            Api.Configuration, new KubernetesClientOptions { RetryBackoff = TimeSpan.FromMilliseconds(1) }, TimeProvider.System, new Random(1)));
        builder.Services.AddControllerHost().AddRegistry(new OperatorOptions { PostgresConnection = connection });
        return builder.Build();
    }
}
