using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Events;
using ModelOperator.Kubernetes.Runtime.Metrics;
using ModelOperator.Kubernetes.Runtime.Plans;
using ModelOperator.Metrics;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Notices to a real server on loopback.</summary>
public sealed class CanaryNoticeTests : IEventRecorder, IDisposable
{
    private static readonly CanaryDeploymentStatus Status = new()
    {
        Phase = CanaryPhase.RollingBack,
        StableVersion = "diamonds-1",
        RejectedVersion = "diamonds-2",
        Step = "2/4",
        Weights = new() { Stable = 100 },
    };

    private readonly ConcurrentQueue<EventNote> events = new();
    private readonly ConcurrentQueue<string> seen = new();
    private readonly PrometheusRegistry registry;
    private readonly RuntimeMetrics runtime = new();
    private readonly KubernetesClient client = new(new() { Host = new Uri("http://127.0.0.1:9") }, new(), TimeProvider.System, new Random(1));
    private readonly CanaryMetrics metrics;
    private readonly CanaryNotices notices;
    private readonly V1Secret secret = new()
    {
        Metadata = new() { Name = "slack", Labels = new() { [ProviderConnections.AllowLabel] = "true" } },
        Data = [],
    };

    public CanaryNoticeTests()
    {
        var caches = new Caches(client, new(), TimeProvider.System, runtime, NullLoggerFactory.Instance);
        registry = new(meter => meter.Name == CanaryMetrics.MeterName && ReferenceEquals(meter.Scope, caches));
        metrics = new(caches, TimeProvider.System);
        notices = new(new(new ProviderConnections((_, _, _) => Task.FromResult<V1Secret?>(secret)), TimeProvider.System), this, metrics, TimeProvider.System, NullLogger<CanaryNotices>.Instance);
    }

    void IEventRecorder.Record(V1ObjectReference regarding, EventNote note, string controller) => events.Enqueue(note);

    public void Dispose()
    {
        notices.Dispose();
        metrics.Dispose();
        runtime.Dispose();
        client.Dispose();
        registry.Dispose();
    }

    private void Tell(CanaryNotice notice, params EventNote[] notes) =>
        notices.Tell(Of(Spec() with { Notices = [notice] }), new Plan<CanaryDeploymentStatus>([], Status, [.. notes], null));

    private async Task<string> TakeAsync(RequestDelegate? handler = null)
    {
        var app = await HttpReaderTests.ServeAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            seen.Enqueue($"{context.Request.Path} {context.Request.Headers["X-Modelop-Call"]} {await reader.ReadToEndAsync()}");
            if (handler is not null)
                await handler(context);
        });
        return HttpReaderTests.Address(app);
    }

    private async Task UntilAsync(Func<bool> done)
    {
        for (var began = TimeProvider.System.GetTimestamp(); !done();)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began).TotalSeconds < 120, $"not reached: {seen.Count} requests, {notices.Waiting} waiting, {registry.Write()}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    private static EventNote RolledBack(string message = "worse <b> & more") => EventNote.Warning(CanaryReasons.RolledBack, message);

    [Fact]
    public async Task A_web_hook_gets_every_field_and_only_the_events_that_it_asked_for()
    {
        var notice = new CanaryNotice { Name = "team", Url = await TakeAsync() + "/in", Events = [CanaryNoticeEvent.RolledBack] };
        Tell(notice, EventNote.Normal(CanaryReasons.StepCompleted, "not asked for"), RolledBack());
        await UntilAsync(() => notices.Waiting == 0 && !seen.IsEmpty);
        var parts = Assert.Single(seen).Split(' ', 3);
        var document = JsonNode.Parse(parts[2])!;
        Assert.Equal(("/in", parts[1], "RolledBack", "Warning"), (parts[0], (string?)document["id"], (string?)document["event"], (string?)document["severity"]));
        Assert.Equal(("worse <b> & more", "prices", "shop", "diamonds-2", "diamonds-1", "RollingBack", "2/4"), (
            (string?)document["message"], (string?)document["canary"], (string?)document["namespace"], (string?)document["version"], (string?)document["stableVersion"], (string?)document["phase"], (string?)document["step"]));
        await UntilAsync(() => registry.Write().Contains("modelop_canary_notices_total{result=\"sent\"} 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Slack_gets_a_text_at_an_address_that_a_secret_holds()
    {
        secret.Data!["url"] = Encoding.UTF8.GetBytes(await TakeAsync() + "/services/T0/B0/secret\n");
        Tell(new() { Name = "slack", Type = CanaryNoticeType.Slack, UrlFrom = new() { Name = "slack", Key = "url" } }, RolledBack());
        await UntilAsync(() => notices.Waiting == 0 && !seen.IsEmpty);
        Assert.StartsWith("/services/T0/B0/secret v1:", Assert.Single(seen), StringComparison.Ordinal);
        Assert.Equal(":warning: *shop/prices* RolledBack: worse &lt;b&gt; &amp; more", (string?)JsonNode.Parse(seen.First().Split(' ', 3)[2])!["text"]);
    }

    [Fact]
    public async Task A_service_that_comes_back_gets_the_notice_with_the_same_identifier()
    {
        var tries = 0;
        var url = await TakeAsync(context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref tries) == 1 ? 503 : 204;
            return Task.CompletedTask;
        });
        Tell(new() { Name = "team", Url = url }, RolledBack());
        await UntilAsync(() => notices.Waiting == 0 && seen.Count == 2);
        Assert.Single(seen.Distinct());
        Assert.Empty(events);
    }

    [Fact]
    public async Task A_refusal_is_given_up_counted_and_told()
    {
        var url = await TakeAsync(context =>
        {
            context.Response.StatusCode = 404;
            return context.Response.WriteAsync("no_team");
        });
        Tell(new() { Name = "team", Url = url + "/hidden" }, RolledBack());
        await UntilAsync(() => notices.Waiting == 0 && !events.IsEmpty);
        Assert.Single(seen);
        Assert.Equal("Notice team of RolledBack could not be delivered: HTTP 404: no_team.", Assert.Single(events).Message);
        Assert.Contains("modelop_canary_notices_total{result=\"failed\"} 1", registry.Write(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_are_dropped_counted_and_told_and_nobody_waits()
    {
        var gate = new TaskCompletionSource();
        Tell(new() { Name = "team", Url = await TakeAsync(_ => gate.Task) }, [.. Enumerable.Range(0, CanaryNotices.MostOfOne + 7).Select(i => RolledBack($"{i}"))]);
        Assert.Equal(CanaryNotices.MostOfOne, notices.Waiting);
        Assert.Equal(7, events.Count);
        Assert.Contains("modelop_canary_notices_total{result=\"dropped\"} 7", registry.Write(), StringComparison.Ordinal);
        gate.SetResult();
        await UntilAsync(() => notices.Waiting == 0);
    }

    [Theory]
    [InlineData(CanaryReasons.Deployed, false, CanaryNoticeEvent.Deployed)]
    [InlineData(CanaryReasons.CanaryStarted, false, CanaryNoticeEvent.Started)]
    [InlineData(CanaryReasons.AllStepsCompleted, false, CanaryNoticeEvent.Promoting)]
    [InlineData(CanaryReasons.PromotedInFull, false, CanaryNoticeEvent.Promoting)]
    [InlineData(CanaryReasons.FastRollback, false, CanaryNoticeEvent.Promoting)]
    [InlineData(CanaryReasons.Baking, false, CanaryNoticeEvent.Promoting)]
    [InlineData(CanaryReasons.WinnerFound, false, CanaryNoticeEvent.Promoting)]
    [InlineData(CanaryReasons.WinnerFound, true, CanaryNoticeEvent.Paused)]
    [InlineData(CanaryReasons.NoWinner, false, CanaryNoticeEvent.Concluded)]
    [InlineData(CanaryReasons.ControlWon, false, CanaryNoticeEvent.Concluded)]
    [InlineData(CanaryReasons.DigestChanged, true, CanaryNoticeEvent.Paused)]
    [InlineData(CanaryReasons.Promoted, false, CanaryNoticeEvent.Promoted)]
    [InlineData(CanaryReasons.Superseded, false, CanaryNoticeEvent.Superseded)]
    [InlineData(CanaryReasons.CommandRejected, true, CanaryNoticeEvent.Command)]
    [InlineData(CanaryReasons.StepGate, true, CanaryNoticeEvent.Paused)]
    [InlineData(CanaryGateReasons.WebhookWaiting, true, CanaryNoticeEvent.Paused)]
    [InlineData(CanaryReasons.WaitForPods, false, CanaryNoticeEvent.Progress)]
    public void Every_event_has_a_kind(string reason, bool warning, CanaryNoticeEvent kind) =>
        Assert.Equal(kind, NoticeDocuments.EventOf(warning ? EventNote.Warning(reason, "") : EventNote.Normal(reason, "")));
}
