using System.Globalization;
using ModelOperator.Artifacts;
using ModelOperator.Kubernetes;

namespace ModelOperator.Following;

/// <summary>
/// <c>modeloperator follow</c>: beside a model server, keeps a folder for each model of <see cref="FollowedModel.Variable"/> with the version that its alias names, and moves the
/// folder's link when the alias moves. An outage of the API server or of the store changes nothing that is served. Only SIGTERM ends it, with 0; wrong settings do with 64.
/// </summary>
public static class FollowCommand
{
    private const string ServiceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";
    private const int DefaultSeconds = 5;

    /// <summary>Runs the command with a given environment.</summary>
    /// <param name="host">Environment, clock and console.</param>
    /// <param name="args">No arguments are taken.</param>
    /// <param name="client">API server.</param>
    /// <param name="defaultNamespace">Namespace of the models where MODELOP_NAMESPACE names none.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<int> RunAsync(TransferHost host, IReadOnlyList<string> args, IKubernetesClient client, string defaultNamespace, CancellationToken cancellationToken)
    {
        try
        {
            if (args.Count > 0)
                throw new FormatException($"follow takes no arguments, got '{args[0]}'");
            using var http = TransferHttp.ForStore();
            using var sources = TransferHttp.ForSources();
            var space = host.Variable("MODELOP_NAMESPACE") is { Length: > 0 } given ? given : defaultNamespace;
            var store = new ArtifactStoreClient(http, StoreEndpoint.FromEnvironment(host.Variable) with { Namespace = space }, host.Time);
            var fetcher = new Fetcher(store, http, sources, host.Retries(), host.Time, host.Output);
            var aliases = new AliasReader(client, space);
            var root = host.Variable("MODELOP_MODELS_DIR") is { Length: > 0 } directory ? directory : "/models";
            var followers = FollowedModel.Parse(host.Variable(FollowedModel.Variable))
                .Select(followed => new ModelFollower(followed, aliases, fetcher, new VersionFolders(Path.Combine(root, followed.Model)), () => TokenOf(host), host)).ToList();
            var interval = Interval(host);
            // Each by itself: a large model, or one whose bytes cannot be had, holds up no other.
            await Task.WhenAll(followers.Select(follower => FollowAsync(follower, interval, host.Time, cancellationToken)));
        }
        catch (FormatException wrong)
        {
            await host.Errors.WriteLineAsync("modeloperator follow: " + wrong.Message);
            return ExitCodes.Usage;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // What was fetched half is fetched anew.
        }

        return ExitCodes.Done;
    }

    private static async Task FollowAsync(ModelFollower follower, TimeSpan interval, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        do
        {
            await follower.LookAsync(cancellationToken);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private static string? TokenOf(TransferHost host)
    {
        if (host.Variable("MODELOP_STORE_TOKEN") is { Length: > 0 })
            return null;
        var file = host.Variable("MODELOP_STORE_TOKEN_FILE") is { Length: > 0 } named ? named : ServiceAccount + "/token";
        return File.ReadAllText(file).Trim();
    }

    private static TimeSpan Interval(TransferHost host)
    {
        var text = host.Variable("MODELOP_FOLLOW_SECONDS");
        if (string.IsNullOrEmpty(text))
            return TimeSpan.FromSeconds(DefaultSeconds);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 3600
            ? TimeSpan.FromSeconds(seconds)
            : throw new FormatException($"MODELOP_FOLLOW_SECONDS is '{text}', allowed is a whole number from 1 to 3600");
    }
}
