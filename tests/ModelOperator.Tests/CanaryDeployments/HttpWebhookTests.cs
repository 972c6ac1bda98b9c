using System.Text;
using Microsoft.AspNetCore.Http;
using ModelOperator.CanaryDeployments;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes;
using ModelOperator.Metrics;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Webhooks over HTTP against a real server on loopback.</summary>
public sealed class HttpWebhookTests
{
    private static readonly WebhookCall Call = new()
    {
        Id = "v1:abc",
        Webhook = "board",
        Type = CanaryWebhookType.ConfirmStep,
        Canary = "prices",
        Namespace = "shop",
        Version = "diamonds-2",
        StableVersion = "diamonds-1",
        Step = 2,
        Weight = 10,
        NextWeight = 50,
        Phase = CanaryPhase.Progressing,
        Checksum = "v1:def",
    };

    private static readonly CanaryWebhook Patient = Hook(CanaryWebhookType.ConfirmStep, "board") with { CallTimeoutSeconds = 60, Retries = 0 };

    private static HttpWebhookSender Sender(V1Secret? secret = null, TimeProvider? time = null) => new(new ProviderConnections((_, _, _) => Task.FromResult(secret)), time ?? TimeProvider.System);

    private static async Task<(WebhookAnswer Answer, int Requests)> AskAsync(RequestDelegate handler, Func<CanaryWebhook, CanaryWebhook>? change = null, V1Secret? secret = null, TimeProvider? time = null)
    {
        var requests = 0;
        await using var app = await HttpReaderTests.ServeAsync(context =>
        {
            Interlocked.Increment(ref requests);
            return handler(context);
        });
        var hook = Patient with { Url = HttpReaderTests.Address(app) + "/ask?team=1" };
        return (await Sender(secret, time).SendAsync(change is null ? hook : change(hook), Call, CancellationToken.None), requests);
    }

    [Theory]
    [InlineData(200, "fine", CanaryWebhookState.Yes, "fine", 1)]
    [InlineData(202, "", CanaryWebhookState.Yes, "", 1)]
    [InlineData(204, "", CanaryWebhookState.Yes, "", 1)]
    [InlineData(299, "", CanaryWebhookState.Yes, "", 1)]
    [InlineData(302, "", CanaryWebhookState.No, "HTTP 302", 1)]
    [InlineData(403, "not\nyet", CanaryWebhookState.No, "HTTP 403: not yet", 1)]
    [InlineData(500, "oops", CanaryWebhookState.Unreachable, "HTTP 500: oops", 3)]
    [InlineData(429, "", CanaryWebhookState.Unreachable, "HTTP 429", 3)]
    public async Task Any_2xx_is_a_yes_and_every_other_answer_says_what_it_was(int code, string body, CanaryWebhookState state, string message, int requests)
    {
        var (answer, asked) = await AskAsync(
            async context =>
            {
                context.Response.StatusCode = code;
                if (code == 302)
                    context.Response.Headers.Location = "http://127.0.0.1:9/";
                if (body.Length > 0)
                    await context.Response.WriteAsync(body);
            },
            hook => hook with { Retries = 2 });
        Assert.Equal(("v1:abc", state, message, requests), (answer.Call, answer.State, answer.Message, asked));
    }

    [Fact]
    public async Task The_document_says_what_is_asked_and_the_token_comes_from_a_secret_that_may_be_sent()
    {
        string? seen = null;
        var secret = new V1Secret
        {
            Metadata = new() { Name = "board", NamespaceProperty = "shop", Labels = new() { [ProviderConnections.AllowLabel] = "true" } },
            Data = new() { ["token"] = Encoding.UTF8.GetBytes("Bearer abc\n") },
        };
        CanaryWebhook Signed(CanaryWebhook hook) => hook with { HeadersFrom = [new() { Name = "Authorization", SecretKeyRef = new() { Name = "board", Key = "token" } }] };
        RequestDelegate handler = async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            seen = $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {context.Request.ContentType} {context.Request.Headers["X-Modelop-Call"]} {context.Request.Headers.Authorization} {await reader.ReadToEndAsync()}";
        };
        var (answer, _) = await AskAsync(handler, Signed, secret);
        Assert.Equal(CanaryWebhookState.Yes, answer.State);
        Assert.Equal(
            "POST /ask?team=1 application/json v1:abc Bearer abc " +
            """{"id":"v1:abc","webhook":"board","type":"ConfirmStep","canary":"prices","namespace":"shop","version":"diamonds-2","stableVersion":"diamonds-1","step":2,"weight":10,"nextWeight":50,"phase":"Progressing","checksum":"v1:def"}""",
            seen);
        seen = null;
        secret.Metadata.Labels = null;
        (answer, var requests) = await AskAsync(handler, Signed, secret);
        Assert.Equal((CanaryWebhookState.Unreachable, 0), (answer.State, requests));
        Assert.Contains("its owner allows it by the label", answer.Message, StringComparison.Ordinal);
        (answer, _) = await AskAsync(handler, Signed);
        Assert.Contains("Secret board does not exist in namespace shop", answer.Message, StringComparison.Ordinal);
        Assert.Null(seen);
    }

    [Fact]
    public async Task Only_the_beginning_of_a_long_answer_is_kept_and_silence_ends()
    {
        var (answer, _) = await AskAsync(context =>
        {
            context.Response.StatusCode = 403;
            return context.Response.WriteAsync(new string('x', 100_000));
        });
        Assert.Equal("HTTP 403: " + new string('x', 200), answer.Message);
        var time = new FakeTimeProvider();
        (answer, var requests) = await AskAsync(
            context =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return Task.Delay(Timeout.Infinite, context.RequestAborted);
            },
            hook => hook with { CallTimeoutSeconds = 1, Retries = 3 },
            time: time);
        Assert.Equal((CanaryWebhookState.Unreachable, "no answer within 1 s", 1), (answer.State, answer.Message, requests));
    }

    [Theory]
    [InlineData("http://127.0.0.1:9/", "cannot be reached")]
    [InlineData("http://169.254.169.254/latest/", "link-local")]
    [InlineData("gopher://x", "no http address")]
    [InlineData("nothing", "no http address")]
    public async Task An_address_without_a_service_is_unreachable(string url, string words)
    {
        var answer = await Sender().SendAsync(Patient with { Url = url }, Call, CancellationToken.None);
        Assert.Equal(CanaryWebhookState.Unreachable, answer.State);
        Assert.Contains(words, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_webhook_blocks_no_look_and_its_answer_wakes_the_canary()
    {
        var gate = new TaskCompletionSource();
        await using var app = await HttpReaderTests.ServeAsync(_ => gate.Task);
        var calls = new CanaryWebhookCalls(Sender());
        var woken = new TaskCompletionSource();
        calls.Changed.Subscribe(_ => woken.TrySetResult());
        var canary = Of(
            Spec() with { Webhooks = [Hook(CanaryWebhookType.Rollback, "veto") with { Url = HttpReaderTests.Address(app), CallTimeoutSeconds = 60 }] },
            new() { StableVersion = "diamonds-1", CanaryVersion = "diamonds-2", StepIndex = 1, CanaryStartedAt = Start });
        Assert.Empty(calls.Collect(canary, Start));
        Assert.Empty(calls.Collect(canary, Start.AddSeconds(600)));
        gate.SetResult();
        await woken.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(CanaryWebhookState.Yes, calls.Collect(canary, Start.AddSeconds(10))["veto"].State);
    }
}
