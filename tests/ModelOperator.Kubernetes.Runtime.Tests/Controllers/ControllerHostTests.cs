using System.Diagnostics;
using System.Text.Json.Nodes;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Controllers;
using ModelOperator.Kubernetes.Runtime.Tests.Support;

namespace ModelOperator.Kubernetes.Runtime.Tests.Controllers;

public sealed class ControllerHostTests : HostTest
{
    [Fact]
    public async Task Every_object_that_exists_at_start_is_reconciled()
    {
        for (var i = 0; i < 30; i++)
            AddWidget($"w{i}");
        await StartAsync();
        await EventuallyAsync(() => Controller.Passes.Distinct().Count() == 30, "30 passes");
    }

    [Fact]
    public async Task Ready_comes_with_the_first_lists_and_not_before()
    {
        Server.Inject(new Fault(r => r is { Verb: "list", Resource: "widgets" }, FaultKind.Status) { Code = 503 });
        await StartAsync();
        Assert.Contains("widgets", Assert.Single(Health.NotReady()), StringComparison.Ordinal);
        Server.ClearFaults();
        await EventuallyAsync(() => Health.NotReady().Count == 0, "readiness");
        Assert.Empty(Health.NotLive());
    }

    [Fact]
    public async Task A_deleted_object_comes_as_a_missing_key()
    {
        AddWidget("one");
        await StartAsync();
        await EventuallyAsync(() => Controller.PassesOf("one") > 0, "the first pass");
        Server.Delete("widgets", Space, "one");
        await EventuallyAsync(() => Controller.Missing.Contains("one"), "the missing key");
    }

    [Fact]
    public async Task A_failing_pass_is_tried_again_until_it_succeeds_and_others_go_on()
    {
        AddWidget("bad");
        var failures = 2;
        Controller.Pass = (w, _) => w.Metadata.Name == "bad" && Interlocked.Decrement(ref failures) >= 0
            ? throw new InvalidOperationException("boom")
            : Task.FromResult(ReconciliationResult.Done);
        await StartAsync();
        await EventuallyAsync(() => Controller.PassesOf("bad") >= 1, "the first failure");
        AddWidget("good");
        await EventuallyAsync(() => Controller.PassesOf("good") == 1, "the other object");
        await EventuallyAsync(() => Controller.PassesOf("bad") == 3, "two retries");
        Assert.Contains("controller_runtime_reconcile_total{controller=\"widgets\",result=\"error\"} 2", MetricsText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_thousand_events_for_one_key_while_it_is_reconciled_cause_exactly_one_more_pass()
    {
        AddWidget("one");
        var go = new TaskCompletionSource();
        Controller.Pass = async (widget, _) =>
        {
            if (widget.Metadata.Name == "one")
                await go.Task;
            return ReconciliationResult.Done;
        };
        await StartAsync();
        await EventuallyAsync(() => Controller.PassesOf("one") == 1, "the first pass");
        for (var i = 0; i < 10_000; i++)
            Paint("one", $"c{i}");
        // Told in order: the key of the last event is in the queue when that of a later one is.
        AddWidget("later");
        await EventuallyAsync(() => Controller.PassesOf("later") == 1, "all events in the queue");
        Assert.Equal("c9999", ColorOf(Caches.For(Kinds.Widgets), "one"));
        Assert.Equal(1, Controller.PassesOf("one"));
        go.SetResult();
        await EventuallyAsync(() => Controller.PassesOf("one") == 2, "the one more pass");
        await Task.Delay(300, Token);
        Assert.Equal(2, Controller.PassesOf("one"));
        Assert.False(Controller.Overlapped);
    }

    [Fact]
    public async Task With_ten_thousand_keys_at_start_a_fresh_event_goes_first()
    {
        for (var i = 0; i < 10_000; i++)
            AddWidget($"w{i}");
        var begun = 0;
        var go = new TaskCompletionSource();
        Controller.Pass = async (_, _) =>
        {
            if (Interlocked.Increment(ref begun) > 50)
                await go.Task;
            return ReconciliationResult.Done;
        };
        await StartAsync(options: new ControllerOptions { Workers = 4 });
        await EventuallyAsync(() => Controller.Passes.Count == 54, "every worker at work");
        AddWidget("fresh");
        await EventuallyAsync(() => MetricsText.Contains("workqueue_depth{name=\"widgets\"} 9947", StringComparison.Ordinal), "the fresh one in the queue beside 9,946");
        go.SetResult();
        await EventuallyAsync(() => Controller.PassesOf("fresh") == 1, "the fresh object");
        Assert.InRange(Controller.Passes.ToList().IndexOf("fresh"), 54, 54 + 4);
        await EventuallyAsync(() => Controller.Passes.Distinct().Count() == 10_001, "all of them");
    }

    [Fact]
    public async Task A_requeue_comes_after_its_time()
    {
        AddWidget("one");
        Controller.Pass = (_, _) => Task.FromResult(Controller.PassesOf("one") == 1 ? ReconciliationResult.RequeueAfter(TimeSpan.FromMilliseconds(200)) : ReconciliationResult.Done);
        var clock = Stopwatch.StartNew();
        await StartAsync();
        await EventuallyAsync(() => Controller.PassesOf("one") == 2, "the second pass");
        Assert.True(clock.ElapsedMilliseconds >= 200);
    }

    [Fact]
    public async Task A_terminal_object_sleeps_through_events_of_others_and_wakes_for_its_own()
    {
        AddWidget("one");
        Controller.Pass = (_, _) => Task.FromResult(ReconciliationResult.Terminal("InvalidSpec"));
        await StartAsync();
        await EventuallyAsync(() => Controller.PassesOf("one") == 1, "the first pass");
        Server.SetStatus("widgets", Space, "one", new JsonObject { ["phase"] = "Failed" });
        await Task.Delay(200, Token);
        Assert.Equal(1, Controller.PassesOf("one"));
        Paint("one", "blue");
        await EventuallyAsync(() => Controller.PassesOf("one") == 2, "a pass for the new spec");
        Server.Change("widgets", Space, "one", live => live["metadata"]!["annotations"] = new JsonObject { ["modeloperator.io/command"] = "retry 1" });
        await EventuallyAsync(() => Controller.PassesOf("one") == 3, "a pass for the command");
    }

    [Fact]
    public async Task A_pass_that_overruns_its_limit_is_cancelled_and_tried_again()
    {
        AddWidget("slow");
        Controller.Pass = async (_, ct) =>
        {
            if (Controller.PassesOf("slow") == 1)
                await Task.Delay(Timeout.Infinite, ct);
            return ReconciliationResult.Done;
        };
        await StartAsync(options: new ControllerOptions { ReconcileTimeout = TimeSpan.FromMilliseconds(100) });
        await EventuallyAsync(() => Controller.PassesOf("slow") == 2, "the second try");
        Assert.Contains("controller_runtime_reconcile_timeouts_total{controller=\"widgets\"} 1", MetricsText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Owned_children_wake_their_owner_and_foreign_ones_do_not()
    {
        AddWidget("one");
        await StartAsync(more => more.Owns(KubernetesDescriptors.ConfigMaps));
        await EventuallyAsync(() => Controller.PassesOf("one") == 1, "the first pass");
        var uid = (string)Server.Find("widgets", Space, "one")!["metadata"]!["uid"]!;
        AddChild("foreign", "Gadget", "one", uid);
        AddChild("free", null, "one", uid);
        AddChild("child", "Widget", "one", uid);
        await EventuallyAsync(() => Controller.PassesOf("one") == 2, "a pass for the child");
        Server.Delete("configmaps", Space, "child");
        await EventuallyAsync(() => Controller.PassesOf("one") == 3, "a pass for the child's deletion");
    }

    [Fact]
    public async Task Mapped_objects_wake_both_the_old_and_the_new_target()
    {
        AddWidget("one");
        AddWidget("two");
        await StartAsync(more => more.Watches(
            KubernetesDescriptors.ConfigMaps,
            map => map.Data?.TryGetValue("for", out var name) == true ? [new NamespacedName(Space, name)] : []));
        await EventuallyAsync(() => Controller.Passes.Distinct().Count() == 2, "the first passes");
        var (one, two) = (Controller.PassesOf("one"), Controller.PassesOf("two"));
        Server.Add("configmaps", Map("m", "one"));
        await EventuallyAsync(() => Controller.PassesOf("one") == one + 1, "the target");
        Server.Change("configmaps", Space, "m", live => live["data"]!["for"] = "two");
        await EventuallyAsync(() => Controller.PassesOf("one") == one + 2 && Controller.PassesOf("two") == two + 1, "both targets");
    }

    [Fact]
    public async Task Changes_that_do_not_count_cause_no_pass()
    {
        AddWidget("one");
        await StartAsync(more => more.Watches(
            KubernetesDescriptors.ConfigMaps, map => [new NamespacedName(Space, map.Data!["for"])], null, change => change.Old?.Data?["for"] != change.New?.Data?["for"]));
        await EventuallyAsync(() => Controller.PassesOf("one") == 1, "the first pass");
        Server.Add("configmaps", Map("m", "one"));
        await EventuallyAsync(() => Controller.PassesOf("one") == 2, "a pass for a change that counts");
        Server.Change("configmaps", Space, "m", live => live["metadata"]!["labels"] = new JsonObject { ["x"] = "y" });
        await Task.Delay(200, Token);
        Assert.Equal(2, Controller.PassesOf("one"));
    }

    [Fact]
    public async Task All_metrics_of_a_controller_start_at_zero()
    {
        await StartAsync();
        var text = MetricsText;
        foreach (var result in (string[])["success", "error", "requeue_after", "terminal"])
            Assert.Contains($"controller_runtime_reconcile_total{{controller=\"widgets\",result=\"{result}\"}} 0", text, StringComparison.Ordinal);
        Assert.Contains("workqueue_depth{name=\"widgets\"} 0", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cache_that_is_asked_for_too_late_is_an_error()
    {
        await StartAsync();
        await EventuallyAsync(() => Health.NotReady().Count == 0, "readiness");
        Assert.Throws<InvalidOperationException>(() => Caches.For(KubernetesDescriptors.Secrets));
        Assert.Same(Caches.For(Kinds.Widgets), Caches.For(Kinds.Widgets, new CacheOptions<V1Widget>()));
    }

    private static JsonObject Map(string name, string target) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = Space },
        ["data"] = new JsonObject { ["for"] = target },
    };

    private void AddChild(string name, string? kind, string owner, string uid)
    {
        var metadata = new JsonObject { ["name"] = name, ["namespace"] = Space };
        if (kind is not null)
        {
            metadata["ownerReferences"] = new JsonArray(new JsonObject
            {
                ["apiVersion"] = "test.modeloperator.io/v1",
                ["kind"] = kind,
                ["name"] = owner,
                ["uid"] = uid,
                ["controller"] = true,
            });
        }

        Server.Add("configmaps", new JsonObject { ["metadata"] = metadata });
    }
}
