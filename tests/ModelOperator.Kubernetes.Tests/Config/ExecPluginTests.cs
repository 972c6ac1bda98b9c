using System.Globalization;

namespace ModelOperator.Kubernetes.Tests;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ExecPluginTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("modelop-exec-");

    [Fact]
    public async Task A_credential_is_kept_until_shortly_before_it_expires()
    {
        var time = new FakeTimeProvider();
        var expires = time.GetUtcNow().AddMinutes(10).ToString("O", CultureInfo.InvariantCulture);
        var credentials = Credentials(
            $$$"""echo x >> runs; printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t%s","expirationTimestamp":"{{{expires}}}"}}' "$(wc -l < runs | tr -d ' ')" """,
            time);
        var first = await credentials.GetAsync(default);
        Assert.Equal("t1", first.Token);
        time.Advance(TimeSpan.FromMinutes(9));
        Assert.Same(first, await credentials.GetAsync(default));
        time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal("t2", (await credentials.GetAsync(default)).Token);
    }

    [Fact]
    public async Task A_refused_credential_is_asked_for_again()
    {
        var credentials = Credentials("""echo x >> runs; printf '{"apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t%s"}}' "$(wc -l < runs | tr -d ' ')" """);
        var first = await credentials.GetAsync(default);
        credentials.Invalidate(first);
        Assert.Equal("t2", (await credentials.GetAsync(default)).Token);
    }

    [Fact]
    public async Task Arguments_environment_and_cluster_reach_the_plugin()
    {
        var script = """printf '%s|%s|%s' "$1" "$EXTRA" "$KUBERNETES_EXEC_INFO" > seen; echo '{"apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"t"}}' """;
        await Credentials(script, version: "v1beta1", more: "args: [one], env: [{name: EXTRA, value: two}], provideClusterInfo: true").GetAsync(default);
        var seen = await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "seen"));
        Assert.Equal("""one|two|{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","spec":{"interactive":false,"cluster":{"server":"https://x"}}}""", seen);
    }

    [Theory]
    [InlineData("echo broken >&2; exit 3", "exited with 3: broken")]
    [InlineData("echo hello", "printed no JSON")]
    [InlineData("""echo '{"apiVersion":"client.authentication.k8s.io/v1","status":{}}' """, "neither token nor clientCertificateData")]
    [InlineData("""echo '{"apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"t"}}' """, "answered in version")]
    public async Task A_plugin_that_fails_says_how(string script, string message)
    {
        var e = await Assert.ThrowsAsync<KubernetesConfigurationException>(async () => await Credentials(script).GetAsync(default));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_plugin_gives_its_install_hint()
    {
        var plugin = new ExecPlugin("client.authentication.k8s.io/v1", "/nonexistent/plugin", [], new Dictionary<string, string>(), null, "install it from there");
        var e = await Assert.ThrowsAsync<KubernetesConfigurationException>(() => ExecPluginRunner.RunAsync(plugin, TimeSpan.FromSeconds(5), TimeProvider.System, default));
        Assert.Contains("install it from there", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_that_hangs_is_killed()
    {
        var plugin = new ExecPlugin("client.authentication.k8s.io/v1", "/bin/sleep", ["600"], new Dictionary<string, string>(), null, null);
        var e = await Assert.ThrowsAsync<KubernetesConfigurationException>(() => ExecPluginRunner.RunAsync(plugin, TimeSpan.FromMilliseconds(200), TimeProvider.System, default));
        Assert.Contains("within 0.2 s", e.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private CredentialSource Credentials(string script, TimeProvider? time = null, string version = "v1", string more = "args: []")
    {
        var plugin = Path.Combine(_folder.FullName, "plugin.sh");
        File.WriteAllText(plugin, $"#!/bin/sh\ncd \"$(dirname \"$0\")\"\n{script}\n");
        File.SetUnixFileMode(plugin, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var config = Path.Combine(_folder.FullName, "config");
        File.WriteAllText(config, $$$"""
            {current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}], clusters: [{name: c, cluster: {server: 'https://x'}}],
             users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/{{{version}}}, command: ./plugin.sh, {{{more}}} } } }]}
            """);
        return KubernetesClientConfiguration.FromKubeConfig([config], null, time ?? TimeProvider.System).Credentials;
    }
}
