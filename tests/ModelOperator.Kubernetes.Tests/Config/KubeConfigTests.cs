using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ModelOperator.Fakes;

namespace ModelOperator.Kubernetes.Tests;

public sealed class KubeConfigTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("modelop-kubeconfig-");

    [Fact]
    public void The_current_context_gives_server_namespace_and_TLS_settings()
    {
        var configuration = Load("""
            apiVersion: v1
            kind: Config
            current-context: b
            clusters:
            - {name: c1, cluster: {server: "https://one:6443"}}
            - name: c2
              cluster: {server: https://two/prefix, insecure-skip-tls-verify: true, tls-server-name: kubernetes}
            contexts:
            - {name: a, context: {cluster: c1}}
            - {name: b, context: {cluster: c2, namespace: team, user: u}}
            users:
            - {name: u, user: {token: secret}}
            """);
        Assert.Equal(new Uri("https://two/prefix"), configuration.Host);
        Assert.Equal(("b", "team", true, "kubernetes"), (configuration.Context, configuration.Namespace, configuration.SkipTlsVerify, configuration.TlsServerName));
        Assert.DoesNotContain("secret", configuration.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "not a kubeconfig")]
    [InlineData("a: [", "not YAML")]
    [InlineData("clusters: []", "no current-context")]
    [InlineData("current-context: x", "defines no context 'x'")]
    [InlineData("{current-context: x, contexts: [{name: x, context: {}}]}", "names no cluster")]
    [InlineData("{current-context: x, contexts: [{name: x, context: {cluster: c}}]}", "defines no cluster 'c'")]
    [InlineData("{current-context: x, contexts: nonsense}", "must be a list")]
    [InlineData("{current-context: x, contexts: [{name: x, context: {cluster: c}}], clusters: [{name: c, cluster: {}}]}", "has no server")]
    [InlineData("{current-context: x, contexts: [{name: x, context: {cluster: c}}], clusters: [{name: c, cluster: {server: 'ftp://x'}}]}", "not an http(s) address")]
    [InlineData("{current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}], clusters: [{name: c, cluster: {server: 'https://x'}}]}", "defines no user 'u'")]
    [InlineData("{current-context: x, contexts: [{name: x, context: {cluster: c}}], clusters: [{name: c, cluster: {server: 'https://x', certificate-authority-data: '%%'}}]}", "not base64")]
    [InlineData("{current-context: x, contexts: [{name: x, context: {cluster: c}}], clusters: [{name: c, cluster: {server: 'https://x', certificate-authority-data: aGVsbG8=}}]}", "certificate")]
    [InlineData("{current-context: x, contexts: [{name: x, context: {cluster: c}}], clusters: [{name: c, cluster: {server: 'https://x', certificate-authority: absent.pem}}]}", "absent.pem")]
    [InlineData("{current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}], clusters: [{name: c, cluster: {server: 'https://x'}}], users: [{name: u, user: {client-key-data: eA==}}]}", "both client-certificate and client-key")]
    [InlineData("{current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}], clusters: [{name: c, cluster: {server: 'https://x'}}], users: [{name: u, user: {auth-provider: {name: gcp}}}]}", "use exec")]
    [InlineData("{current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}], clusters: [{name: c, cluster: {server: 'https://x'}}], users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}}}]}", "v1alpha1")]
    public void A_wrong_file_is_refused_with_what_is_wrong(string yaml, string message) =>
        Assert.Contains(message, Assert.Throws<KubernetesConfigurationException>(() => Load(yaml)).Message, StringComparison.Ordinal);

    [Fact]
    public void Of_several_files_the_first_that_names_a_thing_wins()
    {
        var one = Write("one", "{current-context: x, clusters: [{name: c, cluster: {server: 'https://first'}}]}");
        var two = Write("two", "{current-context: y, clusters: [{name: c, cluster: {server: 'https://second'}}], contexts: [{name: x, context: {cluster: c}}]}");
        var list = string.Join(Path.PathSeparator, Path.Combine(_folder.FullName, "absent"), one, two);
        var configuration = KubernetesClientConfiguration.FromDefault(TimeProvider.System, name => name == "KUBECONFIG" ? list : null);
        Assert.Equal("first", configuration.Host.Host);
    }

    [Fact]
    public void Without_any_file_the_pods_service_account_is_tried_and_its_absence_said()
    {
        var e = Assert.Throws<KubernetesConfigurationException>(() => KubernetesClientConfiguration.FromDefault(TimeProvider.System, _ => null));
        Assert.Contains("not a pod", e.Message, StringComparison.Ordinal);
        var missing = Assert.Throws<KubernetesConfigurationException>(() =>
            KubernetesClientConfiguration.FromKubeConfig([Path.Combine(_folder.FullName, "none")], null, TimeProvider.System));
        Assert.Contains("not found", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pods_token_is_read_again_when_it_rotates_and_at_once_after_a_refusal()
    {
        using var authority = NewCertificate("ca");
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "ca.crt"), authority.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "namespace"), "team\n");
        var token = Path.Combine(_folder.FullName, "token");
        await File.WriteAllTextAsync(token, "one\n");
        var time = new FakeTimeProvider();
        var variables = new Dictionary<string, string> { ["KUBERNETES_SERVICE_HOST"] = "fd00::1", ["KUBERNETES_SERVICE_PORT"] = "443" };
        var configuration = KubernetesClientConfiguration.InCluster(time, variables.GetValueOrDefault, _folder.FullName);
        Assert.Equal(("https://[fd00::1]/", "team", 1), (configuration.Host.AbsoluteUri, configuration.Namespace, configuration.CertificateAuthority!.Count));

        var first = await configuration.Credentials.GetAsync(default);
        await File.WriteAllTextAsync(token, "two");
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.Same(first, await configuration.Credentials.GetAsync(default));
        time.Advance(TimeSpan.FromSeconds(2));
        var second = await configuration.Credentials.GetAsync(default);
        Assert.Equal("two", second.Token);
        await File.WriteAllTextAsync(token, "three");
        configuration.Credentials.Invalidate(second);
        var third = await configuration.Credentials.GetAsync(default);
        Assert.Equal("three", third.Token);
        File.Delete(token);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Same(third, await configuration.Credentials.GetAsync(default));
    }

    [Fact]
    public async Task A_refused_token_is_read_again_within_the_same_call()
    {
        await using var server = await FakeApiServer.StartAsync(new FakeApiServerOptions { RequiredToken = "old" });
        var token = Write("token", "old");
        var path = Write("config", $$$"""
            {current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}],
             clusters: [{name: c, cluster: {server: '{{{server.Address}}}'}}], users: [{name: u, user: {tokenFile: token}}]}
            """);
        using var client = NewClient(KubernetesClientConfiguration.FromKubeConfig([path], null, new FakeTimeProvider()));
        await client.ListAllAsync(KubernetesDescriptors.ConfigMaps, "default", null, default);
        await File.WriteAllTextAsync(token, "new");
        server.RequiredToken = "new";
        await client.ListAllAsync(KubernetesDescriptors.ConfigMaps, "default", null, default);
        Assert.Equal([200, 401, 200], server.Requests.Select(r => r.StatusCode));
        server.RequiredToken = "unknown";
        var e = await Assert.ThrowsAsync<KubernetesException>(() => client.ListAllAsync(KubernetesDescriptors.ConfigMaps, "default", null, default));
        Assert.True(e.IsUnauthorized);
    }

    [Fact]
    public async Task TLS_by_authority_with_client_certificate_and_HTTP_2()
    {
        using var serverCertificate = NewCertificate("localhost");
        using var clientCertificate = NewCertificate("someone");
        await using var server = await FakeApiServer.StartAsync(new FakeApiServerOptions { Certificate = serverCertificate, RequestClientCertificate = true });
        Write("client.pem", clientCertificate.ExportCertificatePem());
        using var key = clientCertificate.GetRSAPrivateKey()!;
        var keyData = Convert.ToBase64String(Encoding.UTF8.GetBytes(key.ExportPkcs8PrivateKeyPem()));
        string Config(X509Certificate2 authority) => $$$"""
            {current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}],
             clusters: [{name: c, cluster: {server: '{{{server.Address}}}', certificate-authority-data: {{{Convert.ToBase64String(Encoding.UTF8.GetBytes(authority.ExportCertificatePem()))}}} }}],
             users: [{name: u, user: {client-certificate: client.pem, client-key-data: {{{keyData}}}}}]}
            """;
        using var client = NewClient(Load(Config(serverCertificate)));
        await client.GetVersionAsync(default);
        var request = Assert.Single(server.Requests);
        Assert.Equal(("HTTP/2", "cert:CN=someone"), (request.Protocol, request.Authorization));

        using var stranger = NewClient(Load(Config(clientCertificate)));
        await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetVersionAsync(default));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static KubernetesClient NewClient(KubernetesClientConfiguration configuration) =>
        new(configuration, new KubernetesClientOptions { MaxRetries = 0 }, TimeProvider.System, new Random(1));

    private static X509Certificate2 NewCertificate(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private KubernetesClientConfiguration Load(string yaml) =>
        KubernetesClientConfiguration.FromKubeConfig([Write("config", yaml)], null, TimeProvider.System);

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }
}
