using ModelOperator.Api;
using ModelOperator.Artifacts;
using ModelOperator.Kubernetes;
using ModelOperator.Registry;
using Npgsql;

namespace ModelOperator.Hosting;

/// <summary>
/// <c>modeloperator datasets [--namespace NS] [--name NAME]</c>: the digests of datasets over time, and the runs and models made from each. Out of the
/// database where MODELOP_POSTGRES names one, else out of the runs that the cluster still holds.
/// </summary>
internal static class DatasetsCommand
{
    private const int Most = 10_000;

    /// <returns>0 done, 64 wrong arguments, 69 neither database nor cluster can be read.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        try
        {
            var (space, name) = Read(args);
            var reports = Environment.GetEnvironmentVariable("MODELOP_POSTGRES") is { Length: > 0 } connection
                ? await FromDatabaseAsync(connection, space, name, cancellationToken)
                : await FromClusterAsync(space, name, cancellationToken);
            await Console.Out.WriteAsync(DatasetReports.Table(reports));
            return ExitCodes.Done;
        }
        catch (FormatException wrong)
        {
            return await FailAsync(ExitCodes.Usage, wrong.Message);
        }
        catch (Exception away) when (away is NpgsqlException or RegistrySchemaException or KubernetesException or KubernetesConfigurationException or HttpRequestException or TimeoutException or IOException)
        {
            return await FailAsync(ExitCodes.Unavailable, away.Message);
        }
    }

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="FormatException">One is unknown or has no value.</exception>
    internal static (string? Space, string? Name) Read(IReadOnlyList<string> args)
    {
        string? space = null, name = null;
        for (var i = 0; i < args.Count; i += 2)
        {
            var value = i + 1 < args.Count ? args[i + 1] : throw new FormatException($"{args[i]} needs a value");
            switch (args[i])
            {
                case "--namespace" or "-n":
                    space = value;
                    break;
                case "--name":
                    name = value;
                    break;
                default:
                    throw new FormatException($"unknown argument '{args[i]}'; allowed are --namespace and --name");
            }
        }

        return (space, name);
    }

    private static async Task<List<DatasetReport>> FromDatabaseAsync(string connection, string? space, string? name, CancellationToken cancellationToken)
    {
        using var logging = LoggerFactory.Create(static _ => { });
        await using var database = new RegistryDatabase(connection, RegistryMigrations.Load(), TimeProvider.System, logging.CreateLogger<RegistryDatabase>());
        return await new DatasetQueries(database).DigestsAsync(space, name, Most, cancellationToken);
    }

    private static async Task<List<DatasetReport>> FromClusterAsync(string? space, string? name, CancellationToken cancellationToken)
    {
        using var client = OperatorClients.Create(TimeProvider.System);
        var runs = await client.ListAllAsync(ModelOperatorDescriptors.TrainingRuns, space, null, cancellationToken);
        return DatasetReports.Of(runs.Items, name);
    }

    private static async Task<int> FailAsync(int code, string message)
    {
        await Console.Error.WriteLineAsync("modeloperator datasets: " + message);
        return code;
    }
}
