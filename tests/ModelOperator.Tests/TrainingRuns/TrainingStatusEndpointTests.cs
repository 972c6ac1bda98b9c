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
using ModelOperator.Fakes;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Caching;
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
        client = new KubernetesClient(api.Configuration, new KubernetesClientOptions { UserAgent = "modeloperator" }, TimeProvider.System, new Random(1));
        var asked = Runs.Run();
        api.Add("trainingruns", JsonSerializer.SerializeToNode(asked with { Metadata = new V1ObjectMeta { Name = asked.Metadata.Name, NamespaceProperty = "team-a" } }, TrainingRunsJson.Default.V1TrainingRun)!.AsObject());
        var options = Runs.Options with { HttpPort = httpPort, WebhookPort = httpsPort, LeaderElection = false, StatusUrl = $"https://{Host}", ProbeSources = false };
        app = OperatorApp.Build(options, client, Key, TimeProvider.System);
        await app.StartAsync();
        var runs = app.Services.GetRequiredService<Caches>().For(ModelOperatorDescriptors.TrainingRuns, TrainingRunLine.RunCache);
        await ServedWorld.UntilAsync(() => runs.Get("team-a", asked.Metadata.Name) is not null && Tokens(runs.Get("team-a", asked.Metadata.Name)!).Authority is not null, TimeSpan.FromSeconds(60));
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
    public void The_trainer_is_told_where_the_authority_is_and_finds_it_there()
    {
        var spec = TrainingRunPods.Build(run, 1, Runs.Options with { StatusUrl = $"https://{Host}" }).Spec!;
        var trainer = spec.InitContainers!.Single(c => c.Name == "trainer");
        Assert.Equal("/etc/modelop/status/ca.crt", trainer.Env!.Single(v => v.Name == "KUBEFLOW_TRAINER_SERVER_CA_CERT").Value);
        Assert.Contains(trainer.VolumeMounts!, m => m.MountPath == "/etc/modelop/status");
        Assert.Contains(spec.Volumes!.SelectMany(v => v.Secret?.Items ?? []), i => i is { Path: "ca.crt", Key: "status-ca.crt" });
        Assert.DoesNotContain(TrainingRunPods.Build(run, 1, Runs.Options with { StatusUrl = "http://x" }).Spec!.InitContainers!.SelectMany(c => c.Env ?? []), v => v.Name == "KUBEFLOW_TRAINER_SERVER_CA_CERT");
    }

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
