using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using ModelOperator.Fakes;

namespace ModelOperator.Operator.Tests.World;

/// <summary>
/// The wire between one operator and the API server: it counts writes, cuts the operator off for good at the k-th one, and narrows lists
/// and watches of all namespaces to the test's own, so that tests can share a server.
/// </summary>
internal sealed partial class Wire : DelegatingHandler
{
    private readonly string space;
    private readonly Cut? cut;
    private readonly ConcurrentQueue<WireRequest> writes = new();
    private readonly TaskCompletionSource cutOff = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private int counted;
    private int conflicts;
    private bool dead;

    internal Wire(HttpMessageHandler inner, string space, Cut? cut)
        : base(inner) => (this.space, this.cut) = (space, cut);

    /// <summary>Completes when the operator has been cut off.</summary>
    internal Task CutOff => cutOff.Task;

    /// <summary>Writes that left the operator, leases left out.</summary>
    internal IReadOnlyList<WireRequest> Writes => [.. writes.Where(w => !w.IsLease)];

    /// <summary>Writes that count for a cut.</summary>
    internal int Counted => Volatile.Read(ref counted);

    /// <summary>Writes that met another version than they were bound to.</summary>
    internal int Conflicts => Volatile.Read(ref conflicts);

    /// <summary>Cuts the operator off now, as a killed process would be.</summary>
    internal void Kill()
    {
        lock (gate)
            dead = true;
        cutOff.TrySetResult();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.RequestUri = Narrow(request.RequestUri!);
        var fatal = Observe(request);
        if (fatal == KillPoint.BeforeWrite)
        {
            cutOff.TrySetResult();
            throw Gone();
        }

        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Conflict)
            Interlocked.Increment(ref conflicts);
        if (fatal != KillPoint.BeforeReply)
            return response;
        response.Dispose();
        cutOff.TrySetResult();
        throw Gone();
    }

    /// <summary>Counts a write; from the fatal one on nothing else leaves.</summary>
    private KillPoint? Observe(HttpRequestMessage request)
    {
        lock (gate)
        {
            if (dead)
                throw Gone();
            if (!IsWrite(request))
                return null;
            var write = new WireRequest(request.Method.Method, request.RequestUri!.PathAndQuery, TimeProvider.System.GetUtcNow());
            if (!write.IsLease && !write.IsEvent && ++counted == cut?.Write)
                dead = true;
            if (!dead || cut!.Point == KillPoint.BeforeReply)
                writes.Enqueue(write);
            return dead ? cut!.Point : null;
        }
    }

    private static bool IsWrite(HttpRequestMessage request) =>
        request.Method != HttpMethod.Get && !request.RequestUri!.AbsolutePath.Contains("reviews", StringComparison.Ordinal);

    private static HttpRequestException Gone() => new(HttpRequestError.ConnectionError, "the connection was cut by the test");

    private Uri Narrow(Uri uri)
    {
        // Of the cluster's own objects those that carry the name of the test's namespace.
        if (uri.AbsolutePath.EndsWith("/clustercarbonbudgets", StringComparison.Ordinal))
            return new UriBuilder(uri) { Query = $"{uri.Query.TrimStart('?')}&fieldSelector=metadata.name%3D{space}" }.Uri;
        var match = WholeCluster().Match(uri.AbsolutePath);
        return match.Success
            ? new UriBuilder(uri) { Path = $"{match.Groups[1].Value}/namespaces/{space}/{match.Groups[2].Value}" }.Uri
            : uri;
    }

    [GeneratedRegex("^(/api/v1|/apis/[^/]+/[^/]+)/(pods|services|secrets|configmaps|serviceaccounts|deployments|roles|rolebindings|events|trainingruns|models|modelversions|canarydeployments|carbonbudgets|budgetoverrides|workloads)$")]
    private static partial Regex WholeCluster();
}
