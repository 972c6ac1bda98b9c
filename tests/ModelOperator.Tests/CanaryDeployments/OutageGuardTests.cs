using System.Collections.Concurrent;
using ModelOperator.Analysis;
using ModelOperator.Fakes;
using ModelOperator.Metrics;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>A provider that hangs is asked by one at a time; everybody else hears at once what is known.</summary>
public sealed class OutageGuardTests : IMetricSource
{
    private readonly FakeTimeProvider time = new(Canaries.Start);
    private readonly ConcurrentQueue<string> asked = new();
    private TimeSpan takes;
    private Sample answer = Sample.Of(1.0);

    public Task<Sample> QueryAsync(MetricQuery query, CancellationToken cancellationToken)
    {
        asked.Enqueue(query.Address);
        time.Advance(takes);
        return Task.FromResult(answer);
    }

    [Fact]
    public async Task After_one_slow_failure_the_others_fail_at_once_until_it_answers_again()
    {
        var guard = new OutageGuard(this, time);
        Task<Sample> Ask(string address = "http://a") => guard.QueryAsync(new PrometheusQuery(address, "up"), CancellationToken.None);
        Assert.True((await Ask()).IsNumber);
        (takes, answer) = (TimeSpan.FromSeconds(10), Sample.Failure("did not answer within 10 s"));
        Assert.Equal(SampleKind.QueryFailed, (await Ask()).Kind);
        asked.Clear();
        for (var i = 0; i < 100; i++)
            Assert.Equal("did not answer within 10 s", (await Ask()).Detail);
        Assert.Empty(asked);
        // Another address is another matter.
        (takes, answer) = (TimeSpan.Zero, Sample.Of(2.0));
        Assert.True((await Ask("http://b")).IsNumber);
        time.Advance(OutageGuard.Pause);
        asked.Clear();
        Assert.True((await Ask()).IsNumber);
        Assert.True((await Ask()).IsNumber);
        Assert.Equal(2, asked.Count);
    }

    [Fact]
    public async Task While_one_asks_whether_it_is_back_the_others_do_not()
    {
        var gate = new TaskCompletionSource<Sample>(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = new Waiting(gate.Task);
        var guard = new OutageGuard(waiting, time);
        gate.SetResult(Sample.Failure("down"));
        waiting.Takes = () => time.Advance(TimeSpan.FromSeconds(10));
        await guard.QueryAsync(new PrometheusQuery("http://a", "up"), CancellationToken.None);
        time.Advance(OutageGuard.Pause);
        var probe = new TaskCompletionSource<Sample>(TaskCreationOptions.RunContinuationsAsynchronously);
        (waiting.Answer, waiting.Takes, waiting.Asked) = (probe.Task, null, 0);
        var first = guard.QueryAsync(new PrometheusQuery("http://a", "up"), CancellationToken.None);
        for (var i = 0; i < 10; i++)
            Assert.Equal("down", (await guard.QueryAsync(new PrometheusQuery("http://a", "up"), CancellationToken.None)).Detail);
        Assert.Equal((1, false), (waiting.Asked, first.IsCompleted));
        probe.SetResult(Sample.Of(1.0));
        Assert.True((await first).IsNumber);
        Assert.True((await guard.QueryAsync(new PrometheusQuery("http://a", "up"), CancellationToken.None)).IsNumber);
    }

    [Fact]
    public async Task A_failure_that_comes_at_once_is_no_reason_to_wait()
    {
        var guard = new OutageGuard(this, time);
        answer = Sample.Failure("connection refused");
        for (var i = 0; i < 3; i++)
            Assert.Equal(SampleKind.QueryFailed, (await guard.QueryAsync(new PrometheusQuery("http://a", "up"), CancellationToken.None)).Kind);
        Assert.Equal(3, asked.Count);
    }

    private sealed class Waiting(Task<Sample> answer) : IMetricSource
    {
        internal Task<Sample> Answer { get; set; } = answer;

        internal Action? Takes { get; set; }

        internal int Asked { get; set; }

        public async Task<Sample> QueryAsync(MetricQuery query, CancellationToken cancellationToken)
        {
            Asked++;
            Takes?.Invoke();
            return await Answer;
        }
    }
}
