using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using ModelOperator.Server.Hosting;
using ModelOperator.Server.Models;

namespace ModelOperator.Server.Tests;

/// <summary>A server on loopback that follows models below a folder of its own.</summary>
internal sealed class FollowingServer : IAsyncDisposable
{
    private readonly string _folder;
    private readonly WebApplication _application;

    private FollowingServer(string folder, WebApplication application)
    {
        (_folder, _application) = (folder, application);
        var address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Client = new HttpClient { BaseAddress = new UriBuilder(address) { Host = "127.0.0.1" }.Uri };
    }

    internal HttpClient Client { get; }

    internal static Task<FollowingServer> StartAsync(params IEnumerable<string> models) => StartAsync(static options => options, models);

    internal static Task<FollowingServer> StartAsync(Func<ServerOptions, ServerOptions> change, params IEnumerable<string> models) =>
        StartInAsync(Directory.CreateTempSubdirectory("modelop-follow-test-").FullName, change, models);

    /// <summary>One that follows what others put below a folder, which is gone after the test.</summary>
    internal static Task<FollowingServer> StartInAsync(string folder, params IEnumerable<string> models) => StartInAsync(folder, static options => options, models);

    private static async Task<FollowingServer> StartInAsync(string folder, Func<ServerOptions, ServerOptions> change, IEnumerable<string> models)
    {
        var options = new ServerOptions
        {
            Models = [.. models.Select(name => new ModelSettings { Name = name, Directory = Path.Combine(folder, name) })],
            Port = 0,
            DrainTime = TimeSpan.Zero,
            ReloadInterval = TimeSpan.FromMilliseconds(5),
        };
        var application = ServerHost.Build(change(options), TimeProvider.System);
        await application.StartAsync();
        return new FollowingServer(folder, application);
    }

    /// <summary>The folder of a version, there or not.</summary>
    internal string Folder(string model, string version) => Path.Combine(_folder, model, version);

    /// <summary>Copies a trained model into the folder of a version, as modeloperator follow does.</summary>
    internal void Put(string model, string version, string trained, string? document = null)
    {
        var files = Path.Combine(Folder(model, version), "model");
        Directory.CreateDirectory(files);
        foreach (var file in Directory.EnumerateFiles(trained))
            File.Copy(file, Path.Combine(files, Path.GetFileName(file)));
        if (document is not null)
            File.WriteAllText(Path.Combine(Folder(model, version), "version.json"), document);
    }

    /// <summary>Moves the link to a version, in one step.</summary>
    internal async Task LinkAsync(string model, string version)
    {
        using var process = Process.Start("sh", ["-c", $"cd '{Path.Combine(_folder, model)}' && ln -s '{version}' .next && mv -T .next current"]);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    internal async Task<(int Status, JsonElement Body, string? Version)> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Client.PostAsync(new Uri(path, UriKind.Relative), content);
        return await ReadAsync(response);
    }

    internal async Task<(int Status, JsonElement Body, string? Version)> GetAsync(string path)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative));
        return await ReadAsync(response);
    }

    internal Task ServesAsync(string version, string path = "/health") => UntilAsync(path, body => body.TryGetProperty("version", out var served) && served.GetString() == version);

    /// <summary>Waits until an answer is as it should be.</summary>
    internal async Task UntilAsync(string path, Predicate<JsonElement> condition)
    {
        var body = default(JsonElement);
        for (var began = TimeProvider.System.GetTimestamp(); !condition(body = (await GetAsync(path)).Body); await Task.Delay(5))
            Assert.True(TimeProvider.System.GetElapsedTime(began).TotalSeconds < 120, $"{path} answers {body.GetRawText()}");
    }

    /// <summary>The value of one series of /metrics; null when absent.</summary>
    internal async Task<double?> MetricAsync(string series)
    {
        var text = await Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        var line = text.Split('\n').SingleOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal));
        return line is null ? null : double.Parse(line.AsSpan(series.Length + 1), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _application.StopAsync();
        await _application.DisposeAsync();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private static async Task<(int, JsonElement, string?)> ReadAsync(HttpResponseMessage response) => (
        (int)response.StatusCode,
        JsonElement.Parse(await response.Content.ReadAsByteArrayAsync()),
        response.Headers.TryGetValues("x-model-version", out var versions) ? Assert.Single(versions) : null);
}
