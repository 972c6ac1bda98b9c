using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using ModelOperator.Kubernetes;

namespace ModelOperator.ApiBench;

/// <summary>Requests that come at a fixed rate: a slow answer does not delay the next request, and waiting counts.</summary>
/// <param name="creation">The requests.</param>
internal sealed class SteadyRate(Creation creation)
{
    private readonly ConcurrentBag<double> delays = [];
    private readonly ConcurrentQueue<string> refusals = new();

    /// <summary>Runs; the first second is for warming up and does not count.</summary>
    /// <returns>The result as JSON.</returns>
    public async Task<string> RunAsync(int perSecond, int seconds, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var count = perSecond * (seconds + 1);
        var requests = new List<Task>(count);
        for (var number = 0; number < count; number++)
        {
            var due = TimeSpan.FromSeconds((double)number / perSecond);
            if (due - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } pause)
                await Task.Delay(pause, cancellationToken);
            requests.Add(OneAsync(number, began, due, number >= perSecond, cancellationToken));
        }

        await Task.WhenAll(requests);
        var sorted = delays.Order().ToArray();
        refusals.TryPeek(out var first);
        var result = new SteadyRateResult(
            sorted.Length, refusals.Count, first, Quantiles.Of(sorted, 0.5), Quantiles.Of(sorted, 0.99), Quantiles.Of(sorted, 1));
        return JsonSerializer.Serialize(result, ApiBenchJson.Default.SteadyRateResult);
    }

    private async Task OneAsync(int number, long began, TimeSpan due, bool counts, CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            await creation.OneAsync(number, cancellationToken);
        }
        catch (Exception refusal) when (refusal is KubernetesException or HttpRequestException or TimeoutException)
        {
            refusals.Enqueue(refusal.Message);
        }

        if (counts)
            delays.Add((Stopwatch.GetElapsedTime(began) - due).TotalMilliseconds);
    }
}
