using System.Collections;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ModelOperator.Fakes;
using ModelOperator.Server.Hosting;

namespace ModelOperator.Server.Tests;

public sealed class LifetimeTests
{
    [Theory]
    [InlineData("sample", "is predicted as")]
    [InlineData("digest", "but model.json names")]
    [InlineData("format", "format is 'other/v9'")]
    [InlineData("booster", "cannot read")]
    [InlineData("bins", "the profile of feature 'size' has bins that are not ascending, or not one count more than bounds")]
    [InlineData("json", "model.json is malformed")]
    public async Task A_model_that_cannot_be_served_ends_the_server_with_a_reason(string damage, string message)
    {
        var folder = await ServerHarness.TrainAsync();
        var options = ServerHarness.Options(folder);
        Damage(options.Models[0].Directory, damage);
        Assert.Equal(65, await ServerHost.RunAsync(options with { TerminationLog = Write(folder) }, TimeProvider.System));
        Assert.Contains(message, await File.ReadAllTextAsync(Write(folder)), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task SIGTERM_turns_ready_off_serves_on_and_exits_with_0()
    {
        var folder = await ServerHarness.TrainAsync();
        var port = FreePort.Next();
        // Long enough to be seen by a test that stands still for a while.
        using var process = ServerProcess.Start(folder, port, ("MODELOP_DRAIN_SECONDS", "30"));
        await DrainUnderLoadAsync(process);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("MODELOP_MODEL_NAME", null, "MODELOP_MODEL_NAME is not set")]
    [InlineData("MODELOP_MODEL_VERSION", "a~b", "MODELOP_MODEL_VERSION is 'a~b'")]
    [InlineData("MODELOP_MAX_CONCURRENT_REQUESTS", "0", "MODELOP_MAX_CONCURRENT_REQUESTS is '0', allowed is a whole number from 1 to 100000")]
    [InlineData("MODELOP_MAX_QUEUED_REQUESTS", "-1", "MODELOP_MAX_QUEUED_REQUESTS is '-1'")]
    [InlineData("MODELOP_REQUEST_TIMEOUT_SECONDS", "3601", "allowed is a whole number from 1 to 3600")]
    [InlineData("MODELOP_DRIFT_WINDOW_SECONDS", "59", "allowed is a whole number from 60 to 2592000")]
    [InlineData("MODELOP_MODEL_SIGNATURE", "{", "MODELOP_MODEL_SIGNATURE is malformed")]
    [InlineData("MODELOP_MODEL_SIGNATURE", "{}", "MODELOP_MODEL_SIGNATURE is malformed")]
    [InlineData("MODELOP_PORT", "http", "MODELOP_PORT is 'http'")]
    public void A_bad_setting_is_named(string name, string? value, string message)
    {
        var variables = new Hashtable { ["MODELOP_MODEL_NAME"] = "m", ["MODELOP_MODEL_VERSION"] = "m-1", ["MODELOP_MODEL_DIR"] = "/m", [name] = value };
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => ServerOptions.Read(variables)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 20)]
    [InlineData(30, 35)]
    [InlineData(3600, 3605)]
    public async Task A_request_that_runs_when_the_server_stops_has_its_own_time_to_end(int timeout, int expected)
    {
        await using var application = ServerHost.Build(ServerHarness.Options("/nowhere") with { RequestTimeout = TimeSpan.FromSeconds(timeout) }, TimeProvider.System);
        Assert.Equal(expected, application.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout.TotalSeconds);
    }

    private static async Task DrainUnderLoadAsync(ServerProcess process)
    {
        await process.ReadyAsync();
        var failures = 0;
        var served = 0;
        using var stop = new CancellationTokenSource();
        var load = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                using var content = new StringContent("""{"features": {"size": 1, "grade": "good", "age": 3}}""", System.Text.Encoding.UTF8, "application/json");
                using var response = await process.Client.PostAsync(new Uri("/predict", UriKind.Relative), content);
                _ = response.StatusCode == HttpStatusCode.OK ? served++ : failures++;
            }
        });
        await process.TerminateAsync();
        await UntilAsync(async () => await process.StatusAsync() == 503);
        var before = Volatile.Read(ref served);
        await UntilAsync(() => Task.FromResult(Volatile.Read(ref served) > before + 10));
        await stop.CancelAsync();
        await load;
        Assert.Equal((0, 0), (failures, await process.ExitAsync()));
    }

    private static string Write(string folder) => Path.Combine(folder, "server-termination");

    private static void Damage(string directory, string damage)
    {
        var path = Path.Combine(directory, "model.json");
        var model = JsonNode.Parse(File.ReadAllText(path))!;
        switch (damage)
        {
            case "sample":
                model["samples"]![2]!["prediction"] = 1e6;
                break;
            case "format":
                model["format"] = "other/v9";
                break;
            case "bins":
                model["features"]![0]!["profile"]!["bins"]!["counts"]!.AsArray().RemoveAt(0);
                break;
            case "digest":
                File.AppendAllText(Path.Combine(directory, "booster.ubj"), "x");
                break;
            case "booster":
                File.Delete(Path.Combine(directory, "booster.ubj"));
                break;
        }

        File.WriteAllText(path, damage == "json" ? "{" : model.ToJsonString());
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        for (var began = TimeProvider.System.GetTimestamp(); !await condition(); await Task.Delay(10))
            Assert.True(TimeProvider.System.GetElapsedTime(began).TotalSeconds < 120, $"did not happen in 120 s: {what}");
    }
}
