using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ModelOperator.Api;
using ModelOperator.Artifacts;
using ModelOperator.Fakes;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Tests.Artifacts;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

/// <summary>The status endpoint of a whole operator, over real HTTP and HTTPS, with what a training Pod is given and nothing else.</summary>
public sealed class TrainingStatusEndpointTests : IAsyncLifetime, IDisposable
{
    private const string Host = "model-operator-webhook.model-operator-system.svc";
    private static readonly byte[] Key = new byte[32];
    private readonly int httpPort = FreePort.Next();
    private readonly int httpsPort = FreePort.Next();
    private FakeApiServer api = null!;
    private KubernetesClient client = null!;
    private WebApplication app = null!;
    private V1TrainingRun run = null!;

    public async Task InitializeAsync()
    {
        api = await FakeApiServer.StartAsync(new FakeApiServerOptions());
        api.Register(ModelOperatorDescriptors.TrainingRuns);
        api.Register(ModelOperatorDescriptors.Models);
        api.Register(ModelOperatorDescriptors.ModelVersions);
        api.Register(ModelOperatorDescriptors.CanaryDeployments);
        api.Register(ModelOperatorDescriptors.CarbonBudgets);
        api.Register(ModelOperatorDescriptors.ClusterCarbonBudgets);
        client = new KubernetesClient(api.Configuration, new KubernetesClientOptions { UserAgent = "modeloperator" }, TimeProvider.System, new Random(1));
        var asked = Runs.Run();
        api.Add("trainingruns", JsonSerializer.SerializeToNode(asked with { Metadata = new V1ObjectMeta { Name = asked.Metadata.Name, NamespaceProperty = "team-a" } }, TrainingRunsJson.Default.V1TrainingRun)!.AsObject());
        var options = Runs.Options with { HttpPort = httpPort, WebhookPort = httpsPort, LeaderElection = false, StatusUrl = $"https://{Host}", ProbeSources = false };
        app = OperatorApp.Build(options, client, Key, TimeProvider.System);
        await app.StartAsync();
        var runs = app.Services.GetRequiredService<Caches>().For(ModelOperatorDescriptors.TrainingRuns, TrainingRunLine.RunCache);
        await Eventually.TrueAsync(() => runs.Get("team-a", asked.Metadata.Name) is not null && Tokens(runs.Get("team-a", asked.Metadata.Name)!).Authority is not null);
        run = runs.Get("team-a", asked.Metadata.Name)!;
    }

    public async Task DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        await api.DisposeAsync();
    }

    public void Dispose() => client.Dispose();

    [Fact]
    public async Task A_trainer_reports_over_HTTPS_with_the_token_and_the_authority_of_its_Secret()
    {
        var secret = TrainingRunChildren.Secret(run, Tokens(run)).Data!;
        var authority = Encoding.UTF8.GetString(secret[TrainingRunChildren.StatusAuthorityKey]);
        using var http = Trusting(authority);
        var token = Encoding.UTF8.GetString(secret[TrainingRunChildren.StatusTokenKey]);
        using var answer = await PostAsync(http, $"https://{Host}", token, """{"trainerStatus":{"progressPercentage":40,"metrics":[{"name":"loss","value":"0.5"}]}}""");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(40, app.Services.GetRequiredService<IProgressSource>().Find(run.Metadata.Uid!)!.Percentage);
        using var forged = await PostAsync(http, $"https://{Host}", token + "0", "{}");
        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
        using var malformed = await PostAsync(http, $"https://{Host}", token, """{"trainerStatus":{"progressPercentage":101}}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, malformed.StatusCode);
    }

    [Fact]
    public async Task Another_authority_does_not_vouch_for_the_endpoint_and_HTTP_works_too()
    {
        using var key = System.Security.Cryptography.ECDsa.Create();
        using var foreign = new CertificateRequest("CN=other", key, System.Security.Cryptography.HashAlgorithmName.SHA256).CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        using var http = Trusting(foreign.ExportCertificatePem());
        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(http, $"https://{Host}", "t", "{}"));
        using var plain = new HttpClient();
        using var answer = await PostAsync(plain, $"http://127.0.0.1:{httpPort}", Tokens(run).Status!, "{}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task What_a_metrics_file_says_is_told_once_and_not_any_more_when_the_trainer_has_posted()
    {
        using var folder = new TempFolder();
        using var reporter = new ProgressReporter(Sidecar(folder));
        await reporter.ReportAsync(default);
        Assert.Null(Known);
        var file = folder.Write("metrics.jsonl", "{\"metric\":\"progress\",\"value\":30}\n{\"metric\":\"loss\",\"value\":0.5}\n{\"metric\":\"lo"u8.ToArray());
        await reporter.ReportAsync(default);
        Assert.Equal((30, TrainingProgressSource.File, new NamedValue { Name = "loss", Value = "0.5" }), (Known!.Percentage, Known.Source, Assert.Single(Known.Metrics!)));
        app.Services.GetRequiredService<TrainingProgressStore>().Forget(run.Metadata.Uid!);
        await reporter.ReportAsync(default);
        Assert.Null(Known);
        using var http = new HttpClient();
        using var answer = await PostAsync(http, $"http://127.0.0.1:{httpPort}", Tokens(run).Status!, """{"trainerStatus":{"progressPercentage":50}}""");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await File.AppendAllTextAsync(file, "\n{\"metric\":\"progress\",\"value\":60}\n");
        await reporter.ReportAsync(default);
        Assert.Equal((50, TrainingProgressSource.Post), (Known!.Percentage, Known.Source));
    }

    [Fact]
    public async Task A_report_that_is_not_taken_is_told_again_as_it_is_then()
    {
        using var folder = new TempFolder();
        var file = folder.Write("metrics.jsonl", "{\"metric\":\"progress\",\"value\":30}\n"u8.ToArray());
        using var reporter = new ProgressReporter(Sidecar(folder));
        folder.Write("token", "another"u8.ToArray());
        using (var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1)))
            await Assert.ThrowsAnyAsync<Exception>(() => reporter.ReportAsync(patience.Token));
        Assert.Null(Known);
        folder.Write("token", Encoding.UTF8.GetBytes(Tokens(run).Status!));
        await File.AppendAllTextAsync(file, "{\"metric\":\"progress\",\"value\":40}\n");
        await reporter.ReportAsync(default);
        Assert.Equal(40, Known!.Percentage);
    }

    [Fact]
    public async Task The_verb_reports_while_it_runs_and_tells_the_last_state_when_it_is_told_to_stop()
    {
        using var folder = new TempFolder();
        var file = folder.Write("metrics.jsonl", "{\"metric\":\"progress\",\"value\":30}\n"u8.ToArray());
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "modeloperator.dll"), "progress"]);
        foreach (var (name, value) in Settings(folder))
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        try
        {
            await Eventually.TrueAsync(() => Known?.Percentage == 30);
            await File.AppendAllTextAsync(file, "{\"metric\":\"progress\",\"value\":95}\n");
            using (var kill = Process.Start("sh", ["-c", $"kill -TERM {process.Id}"]))
                await kill.WaitForExitAsync();
            await process.WaitForExitAsync();
            Assert.Equal((0, 95), (process.ExitCode, Known!.Percentage));
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    [Theory]
    [InlineData("KUBEFLOW_TRAINER_SERVER_URL", "ftp://x", "http(s) URL")]
    [InlineData("KUBEFLOW_TRAINER_SERVER_TOKEN", "/nowhere/token", "/nowhere")]
    [InlineData("KUBEFLOW_TRAINER_SERVER_CA_CERT", "/nowhere/ca.crt", "/nowhere")]
    [InlineData("MODELOP_METRICS_FILE", "", "MODELOP_METRICS_FILE is not set")]
    public async Task Wrong_settings_are_said_and_end_nothing_before_its_time(string name, string value, string said)
    {
        using var folder = new TempFolder();
        folder.Write("metrics.jsonl", "{\"metric\":\"progress\",\"value\":30}\n"u8.ToArray());
        var settings = Settings(folder);
        settings[name] = value;
        using var errors = new StringWriter();
        using var stop = new CancellationTokenSource();
        var verb = ProgressCommand.RunAsync(new TransferHost("progress", settings.GetValueOrDefault, TimeProvider.System, TextWriter.Null, errors), [], stop.Token);
        Assert.False(verb.IsCompleted);
        await stop.CancelAsync();
        Assert.Equal(0, await verb);
        Assert.Contains(said, errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_trainer_is_told_where_the_authority_is_and_finds_it_there()
    {
        var spec = TrainingRunPods.Build(run, 1, Runs.Options with { StatusUrl = $"https://{Host}" }).Spec!;
        var trainer = spec.InitContainers!.Single(c => c.Name == "trainer");
        Assert.Equal("/etc/modelop/status/ca.crt", trainer.Env!.Single(v => v.Name == "KUBEFLOW_TRAINER_SERVER_CA_CERT").Value);
        Assert.Contains(trainer.VolumeMounts!, m => m.MountPath == "/etc/modelop/status");
        Assert.Contains(spec.Volumes!.SelectMany(v => v.Secret?.Items ?? []), i => i is { Path: "ca.crt", Key: "status-ca.crt" });
        Assert.DoesNotContain(TrainingRunPods.Build(run, 1, Runs.Options with { StatusUrl = "http://x" }).Spec!.InitContainers!.SelectMany(c => c.Env ?? []), v => v.Name == "KUBEFLOW_TRAINER_SERVER_CA_CERT");
    }

    private TrainingProgress? Known => app.Services.GetRequiredService<IProgressSource>().Find(run.Metadata.Uid!);

    private Dictionary<string, string> Settings(TempFolder folder) => new()
    {
        ["MODELOP_METRICS_FILE"] = Path.Combine(folder.Path, "metrics.jsonl"),
        ["KUBEFLOW_TRAINER_SERVER_URL"] = $"http://127.0.0.1:{httpPort}" + TrainingRunEnvironment.StatusPath("team-a", "diamonds-v1"),
        ["KUBEFLOW_TRAINER_SERVER_TOKEN"] = folder.Write("token", Encoding.UTF8.GetBytes(Tokens(run).Status!)),
    };

    // Its clock stands: no report is given up because the machine stands still.
    private TransferHost Sidecar(TempFolder folder) => new("progress", Settings(folder).GetValueOrDefault, new FakeTimeProvider(), TextWriter.Null, TextWriter.Null);

    private TrainingRunTokens Tokens(V1TrainingRun of) => app.Services.GetRequiredService<TrainingRunCredentials>().For(of, withStatus: true);

    private static async Task<HttpResponseMessage> PostAsync(HttpClient http, string address, string token, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address + TrainingRunEnvironment.StatusPath("team-a", "diamonds-v1")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await http.SendAsync(request);
    }

    /// <summary>A client that trusts these certificates alone and finds the Service's name on this machine.</summary>
    private HttpClient Trusting(string pem)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(pem);
        return new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy },
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, httpsPort, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
    }
}
