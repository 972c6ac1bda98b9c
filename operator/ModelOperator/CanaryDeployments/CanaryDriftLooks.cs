using System.Collections.Concurrent;
using ModelOperator.Analysis;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Metrics;

namespace ModelOperator.CanaryDeployments;

/// <summary>Takes the looks at drift that are due. The window is Prometheus' own, so nothing is lost with this memory. Thread-safe.</summary>
/// <param name="source">Provider of metrics.</param>
/// <param name="options">Settings of the installation.</param>
public sealed class CanaryDriftLooks(IMetricSource source, OperatorOptions options)
{
    private readonly ConcurrentDictionary<NamespacedName, (string Key, CanaryDriftLook Look)> _last = new();

    /// <summary>The latest look, a new one when it is due; null when nothing is looked at.</summary>
    public async Task<CanaryDriftLook?> LookAsync(V1CanaryDeployment canary, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (canary is not { Spec: { Drift: { } drift, Suspend: false }, Status.StableVersion: { } version })
            return null;
        var key = FormattableString.Invariant($"{canary.Metadata.Uid}/{canary.Metadata.Generation}/{version}");
        if (_last.TryGetValue(canary.Key, out var last) && last.Key == key && now < CanaryDriftJudge.NextAt(drift, last.Look))
            return last.Look;
        var look = await AskAsync(canary, drift, version, now, cancellationToken);
        _last[canary.Key] = (key, look);
        return look;
    }

    /// <summary>Forgets an object that is gone.</summary>
    public void Forget(NamespacedName canary) => _last.TryRemove(canary, out _);

    private async Task<CanaryDriftLook> AskAsync(V1CanaryDeployment canary, CanaryDrift drift, string version, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if ((CanaryProviders.Address(canary.Spec) ?? options.PrometheusUrl) is not { } address)
            return new(now, version, Sample.Failure(CanaryProviders.Unknown), Sample.Failure(CanaryProviders.Unknown));
        var (space, name) = (canary.Metadata.NamespaceProperty!, canary.Metadata.Name!);
        Task<Sample> Ask(string query) => source.QueryAsync(CanaryProviders.Question(canary, address, query), cancellationToken);
        var answers = await Task.WhenAll(
            Ask(CanaryDriftQueries.Indexes(space, name, version, drift.WindowSeconds)), Ask(CanaryDriftQueries.Rows(space, name, version, drift.WindowSeconds)));
        return new(now, version, answers[0], answers[1]);
    }
}
