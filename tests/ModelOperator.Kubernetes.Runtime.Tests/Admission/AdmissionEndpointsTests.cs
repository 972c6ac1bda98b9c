using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes.Runtime.Admission;
using ModelOperator.Kubernetes.Runtime.Metrics;
using ModelOperator.Kubernetes.Runtime.Tests.Support;

namespace ModelOperator.Kubernetes.Runtime.Tests.Admission;

public sealed class AdmissionEndpointsTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMilliseconds(300);

    private readonly RuntimeMetrics _metrics = new();
    private readonly FakeTimeProvider _time = new();
    private readonly HttpClient _http = new();
    private WebApplication _app = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        var services = new AdmissionServices(
            new AdmissionOptions { MaxBodyBytes = 4096, Deadline = Deadline }, _time, _metrics, NullLogger<AdmissionServices>.Instance);
        _app.MapAdmission("/validate", Kinds.Widgets, Validate, services);
        _app.MapAdmission("/slow", Kinds.Widgets, SlowAsync, services);
        await _app.StartAsync();
        _http.BaseAddress = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public void Dispose()
    {
        _metrics.Dispose();
        _http.Dispose();
    }

    [Theory]
    [InlineData("red", true, null)]
    [InlineData("black", false, "black is not sold; choose red")]
    public async Task A_decision_travels_with_uid_code_reason_and_message(string color, bool allowed, string? message)
    {
        var response = (await PostAsync("/validate", Review(color)))["response"]!;
        Assert.Equal("u-1", (string?)response["uid"]);
        Assert.Equal(allowed, (bool)response["allowed"]!);
        Assert.Equal(message, (string?)response["status"]?["message"]);
        if (!allowed)
        {
            Assert.Equal((422, "Invalid"), ((int)response["status"]!["code"]!, (string?)response["status"]!["reason"]));
            Assert.Equal("spec.color", (string?)response["status"]!["details"]!["causes"]![0]!["field"]);
        }
    }

    [Fact]
    public async Task Warnings_are_told_also_when_allowed()
    {
        var response = (await PostAsync("/validate", Review("grey")))["response"]!;
        Assert.True((bool)response["allowed"]!);
        Assert.Equal("grey is dull", (string?)response["warnings"]![0]);
    }

    [Fact]
    public async Task A_delete_has_only_the_old_object()
    {
        var review = Review("black");
        var request = review["request"]!.AsObject();
        request["operation"] = "DELETE";
        request["oldObject"] = request["object"]!.DeepClone();
        request["object"] = null;
        Assert.True((bool)(await PostAsync("/validate", review))["response"]!["allowed"]!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}""")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview","request":{"uid":"u"}}""")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":"text"}""")]
    public async Task What_is_no_review_answers_400(string body) => Assert.Equal(HttpStatusCode.BadRequest, await CodeAsync("/validate", body));

    [Fact]
    public async Task A_body_beyond_the_limit_answers_413() =>
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await CodeAsync("/validate", Review(new string('x', 5000)).ToJsonString()));

    [Fact]
    public async Task A_chunked_body_beyond_the_limit_answers_413()
    {
        using var content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(Review(new string('x', 50_000)).ToJsonString())));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/validate") { Content = content };
        request.Headers.TransferEncodingChunked = true;
        using var response = await _http.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task A_decision_past_the_deadline_answers_504() => Assert.Equal(HttpStatusCode.GatewayTimeout, await CodeAsync("/slow", Review("red").ToJsonString()));

    [Fact]
    public async Task A_validator_that_fails_answers_500_and_leaves_the_choice_to_the_failure_policy() =>
        Assert.Equal(HttpStatusCode.InternalServerError, await CodeAsync("/validate", Review("crash").ToJsonString()));

    [Fact]
    public async Task An_object_that_does_not_fit_its_schema_is_denied_with_the_path()
    {
        var review = Review("red");
        review["request"]!["object"]!["spec"]!["size"] = "large";
        var response = (await PostAsync("/validate", review))["response"]!;
        Assert.False((bool)response["allowed"]!);
        Assert.Contains("spec.size", (string?)response["status"]!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_on_its_way_out_is_never_held_up_by_its_shape()
    {
        var review = Review("red");
        review["request"]!["object"]!["spec"]!["size"] = "large";
        review["request"]!["object"]!["metadata"]!["deletionTimestamp"] = "2026-01-01T00:00:00Z";
        Assert.True((bool)(await PostAsync("/validate", review))["response"]!["allowed"]!);
    }

    private static AdmissionDecision Validate(AdmissionInput<V1Widget> input) => input.New?.Spec?.Color switch
    {
        null => AdmissionDecision.Allow(),
        "black" => AdmissionDecision.Invalid("black is not sold; choose red", new V1StatusCause { Field = "spec.color", Message = "not sold" }),
        "grey" => AdmissionDecision.Allow("grey is dull"),
        "crash" => throw new InvalidOperationException("boom"),
        _ => AdmissionDecision.Allow(),
    };

    private async ValueTask<AdmissionDecision> SlowAsync(AdmissionInput<V1Widget> input, CancellationToken cancellationToken)
    {
        await Task.Yield();
        _time.Advance(Deadline);
        // Ignores its token on purpose: the endpoint must answer all the same.
        await Task.Delay(Timeout.Infinite, CancellationToken.None);
        return AdmissionDecision.Allow();
    }

    private static JsonObject Review(string color) => new()
    {
        ["apiVersion"] = "admission.k8s.io/v1",
        ["kind"] = "AdmissionReview",
        ["request"] = new JsonObject
        {
            ["uid"] = "u-1",
            ["operation"] = "CREATE",
            ["namespace"] = "ns",
            ["name"] = "one",
            ["userInfo"] = new JsonObject { ["username"] = "me" },
            ["object"] = new JsonObject
            {
                ["apiVersion"] = "test.modeloperator.io/v1",
                ["kind"] = "Widget",
                ["metadata"] = new JsonObject { ["name"] = "one", ["namespace"] = "ns" },
                ["spec"] = new JsonObject { ["color"] = color },
            },
        },
    };

    private async Task<JsonNode> PostAsync(string path, JsonObject review)
    {
        using var content = new StringContent(review.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    private async Task<HttpStatusCode> CodeAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), content);
        return response.StatusCode;
    }
}
