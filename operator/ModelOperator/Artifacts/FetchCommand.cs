using System.Globalization;

namespace ModelOperator.Artifacts;

/// <summary>
/// <c>modeloperator fetch</c>: downloads what MODELOP_FETCH_PLAN lists, verifies it, checks its rules and stores its profile. Exit codes: 0 done,
/// 64 wrong plan, 65 digest mismatch or broken rules, 66 not found, 69 unreachable (try again), 74 local volume full, 77 refused by the store.
/// </summary>
public static class FetchCommand
{
    /// <summary>Runs the command with the process's environment and console.</summary>
    /// <param name="args">No arguments are taken.</param>
    /// <param name="cancellationToken">Stops it; what is incomplete is removed.</param>
    public static Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken) =>
        RunAsync(TransferHost.FromProcess("fetch"), args, cancellationToken);

    /// <summary>Runs the command with a given environment.</summary>
    public static Task<int> RunAsync(TransferHost host, IReadOnlyList<string> args, CancellationToken cancellationToken) =>
        host.RunAsync(args, PeerName.After(FetchAllAsync), cancellationToken);

    private static async Task<byte[]> FetchAllAsync(TransferHost host, CancellationToken cancellationToken)
    {
        var plan = FetchPlan.Parse(host.Variable("MODELOP_FETCH_PLAN"));
        using var storeHttp = TransferHttp.ForStore();
        using var sources = TransferHttp.ForSources();
        var store = new ArtifactStoreClient(storeHttp, StoreEndpoint.FromEnvironment(host.Variable), host.Time);
        var fetcher = new Fetcher(store, storeHttp, sources, host.Retries(), host.Time, host.Output);
        var stage = new DatasetStage(store, client => new Publisher(client, host.Retries(), host.Time, host.Output), host.Output);
        var fetched = new List<FetchedItem>();
        foreach (var item in plan)
            fetched.Add(await stage.RunAsync(item, await fetcher.FetchAsync(item, cancellationToken), cancellationToken));
        return TerminationMessage.Fetched(fetched, await CheckpointAsync(host));
    }

    /// <summary>Later attempts: MODELOP_RESUME_LINK becomes a link to the newest complete checkpoint below MODELOP_CHECKPOINT_DIR.</summary>
    private static async Task<FetchedCheckpoint?> CheckpointAsync(TransferHost host)
    {
        if (host.Variable("MODELOP_CHECKPOINT_DIR") is not { Length: > 0 } directory || host.Variable("MODELOP_RESUME_LINK") is not { Length: > 0 } link)
            return null;
        var found = CheckpointFolder.Link(directory, link);
        await host.Output.WriteLineAsync(found is null
            ? $"checkpoint: none is complete in {directory}; the trainer starts over"
            : $"checkpoint: {found.Name}{(found.Step is { } step ? string.Create(CultureInfo.InvariantCulture, $", step {step}") : "")}, completed {found.Time:u}");
        return found;
    }
}
