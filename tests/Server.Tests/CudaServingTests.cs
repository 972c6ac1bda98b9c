using System.Collections;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ModelOperator.ModelFormat;
using ModelOperator.Server.Hosting;
using ModelOperator.Server.Models;
using ModelOperator.XGBoost;

namespace ModelOperator.Server.Tests;

/// <summary>
/// Device cuda, as far as a machine without a GPU goes: what is refused, and everything else with the same libraries told to work on the CPU ("rehearsal").
/// </summary>
public sealed class CudaServingTests
{
    private static readonly List<(float Size, int Grade, float Age)> Rows = ToyRows.Make(300);

    private static bool HasGpu => File.Exists("/dev/nvidiactl");

    [Theory]
    [InlineData("y", "", null, "libxgboost", 1e-5)]
    [InlineData("high", "OBJECTIVE=Binary,LEARNER=RandomForest,TREES=20", null, "libxgboost", 1e-5)]
    [InlineData("level", "OBJECTIVE=Multiclass,SUBSAMPLE=0.7", null, "libxgboost", 1e-5)]
    [InlineData("y", "LEARNER=Network,EPOCHS=5,HIDDEN_LAYERS=50;33,BATCH_NORM=true", null, "libtorch", 1e-5)]
    [InlineData("high", "OBJECTIVE=Binary,LEARNER=Network,EPOCHS=5,HIDDEN_LAYERS=9", null, "libtorch", 1e-5)]
    [InlineData("level", "OBJECTIVE=Multiclass,LEARNER=Network,EPOCHS=5,HIDDEN_LAYERS=20;20;20", null, "libtorch", 1e-5)]
    [InlineData("y", "LEARNER=Network,EPOCHS=5,HIDDEN_LAYERS=50;33,OPTIMISE=Auto,MAX_LOSS=0.3", "fp16", "libtorch", 1e-2)]
    [InlineData("level", "OBJECTIVE=Multiclass,LEARNER=Network,EPOCHS=5,HIDDEN_LAYERS=20;20,OPTIMISE=Fp16,MAX_LOSS=0.3", "fp16", "libtorch", 1e-2)]
    public async Task Predictions_in_batches_and_alone_equal_the_trainer_s(string target, string settings, string? variant, string predictor, double share)
    {
        await using var server = await ServerHarness.StartAsync(options => Rehearsing(options, variant) with { BatchRows = 64 }, ToyRows.Settings(target, settings));
        var info = (await server.GetAsync("/model/info")).Body;
        Assert.Equal((predictor, "cuda"), (info.GetProperty("predictor").GetString(), info.GetProperty("device").GetString()));
        var health = (await server.GetAsync("/health")).Body;
        Assert.Equal((predictor, "cuda"), (health.GetProperty("predictor").GetString(), health.GetProperty("device").GetString()));
        Assert.Contains($",device=\"cuda\",predictor=\"{predictor}\"}} 1\n", await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
        var bundle = await ModelBundle.LoadAsync(server.ModelDirectory, variant, CancellationToken.None);
        var expected = LearnersServedTests.Expected(bundle, ToyRows.Values(Rows));
        var unit = variant is null ? 1 : Math.Max(1, NetworkFile.Read(bundle.Learned).OutputScale);
        var before = await CallsAsync(server);
        ToyRows.Close(expected, await ToyRows.AskAsync(server, bundle, Rows), share, unit);
        // 300 rows in parts of 64.
        Assert.Equal(before + 5, await CallsAsync(server));
        var outputs = bundle.Document.Target.Outputs;
        var alone = await Task.WhenAll(Rows.Take(24).Select(row => ToyRows.AskAsync(server, bundle, [row])));
        ToyRows.Close(expected[..(24 * outputs)], [.. alone.SelectMany(static row => row)], share, unit);
        Assert.InRange(await CallsAsync(server), before + 6, before + 29);
    }

    [Theory]
    [InlineData("LEARNER=Linear", null, "a linear model is summed on a processor before its row could reach a GPU, so device 'cuda' does not serve it: use device cpu")]
    [InlineData("OPTIMISE=Round,MAX_LOSS=1", "round", "trees-round.safetensors has smaller trees than libxgboost can read, so device 'cuda' cannot serve it")]
    [InlineData("LEARNER=Network,EPOCHS=2,HIDDEN_LAYERS=9;9,OPTIMISE=Int8,MAX_LOSS=1", "int8", "is rounded to 8 bits, whose sums are for processors: device 'cuda' serves the model itself and variant fp16")]
    public async Task What_a_GPU_cannot_serve_is_refused_and_not_served_by_the_CPU(string settings, string? variant, string message)
    {
        var folder = await ServerHarness.TrainAsync(ToyRows.Settings("y", settings));
        var options = Rehearsing(ServerHarness.Options(folder), variant);
        Assert.Equal(65, await ServerHost.RunAsync(options, TimeProvider.System));
        Assert.Contains(message, await File.ReadAllTextAsync(options.TerminationLog), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Without_a_GPU_the_server_ends_with_69_and_says_what_to_do()
    {
        if (HasGpu)
            return;
        var folder = Directory.CreateTempSubdirectory("modelop-cuda-test-").FullName;
        var options = ServerHarness.Options(folder) with { Device = ServingDevice.Cuda };
        Assert.Equal(69, await ServerHost.RunAsync(options, TimeProvider.System));
        Assert.Equal(69, await ServerHost.RunAsync(options with { Models = [new() { Name = "toys", Directory = folder }] }, TimeProvider.System));
        Assert.Equal(
            "device 'cuda' was asked for, but the NVIDIA driver offers no GPU to this container: use a server image built for NVIDIA and give it nvidia.com/gpu in its limits, or use device cpu",
            await File.ReadAllTextAsync(options.TerminationLog));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("", "libxgboost")]
    [InlineData("LEARNER=Network,EPOCHS=2,HIDDEN_LAYERS=9", "libtorch")]
    public async Task A_library_without_CUDA_is_named_and_nothing_is_ready(string settings, string library)
    {
        if (HasGpu)
            return;
        var folder = await ServerHarness.TrainAsync(ToyRows.Settings("y", settings));
        var options = ServerHarness.Options(folder) with { Device = ServingDevice.Cuda };
        var application = ServerHost.Build(options, TimeProvider.System);
        await application.StartAsync();
        var exit = application.Services.GetRequiredService<ServerExit>();
        for (var began = TimeProvider.System.GetTimestamp(); exit.Code == 0; await Task.Delay(10))
            Assert.True(TimeProvider.System.GetElapsedTime(began).TotalSeconds < 120, "the loader did not end");
        Assert.Equal(69, exit.Code);
        using (var client = PredictorChoiceTests.ClientOf(application))
        {
            using var ready = await client.GetAsync(new Uri("/v2/health/ready", UriKind.Relative));
            var body = JsonElement.Parse(await ready.Content.ReadAsByteArrayAsync());
            Assert.Equal((503, false), ((int)ready.StatusCode, body.GetProperty("ready").GetBoolean()));
            Assert.StartsWith($"toys: device 'cuda' was asked for, but {library} ", body.GetProperty("reason").GetString(), StringComparison.Ordinal);
            using var model = await client.GetAsync(new Uri("/v2/models/toys/ready", UriKind.Relative));
            Assert.Contains($"but {library} ", JsonElement.Parse(await model.Content.ReadAsByteArrayAsync()).GetProperty("reason").GetString(), StringComparison.Ordinal);
        }

        Assert.Contains($"model toys-3 cannot be served: device 'cuda' was asked for, but {library} ", await File.ReadAllTextAsync(options.TerminationLog), StringComparison.Ordinal);
        await application.StopAsync();
        await application.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Libxgboost_that_takes_the_CPU_in_silence_is_found_out()
    {
        if (HasGpu)
            return;
        var folder = await ServerHarness.TrainAsync();
        var bundle = await ModelBundle.LoadAsync(Path.Combine(folder, "output", "model"), CancellationToken.None);
        using var predictor = new DensePredictor(bundle.Learned.Span, bundle.Document.Features.Count, 1, cuda: true);
        var failure = Assert.Throws<DeviceUnavailableException>(() => BoosterModel.RequireDevice(predictor, "cuda"));
        Assert.Contains("would predict on '", failure.Message, StringComparison.Ordinal);
        using var honest = new DensePredictor(bundle.Learned.Span, bundle.Document.Features.Count, 1);
        BoosterModel.RequireDevice(honest, "cpu");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_alias_that_moves_to_what_a_GPU_cannot_serve_leaves_the_version_before()
    {
        var (trees, linear) = (await ServerHarness.TrainAsync(), await ServerHarness.TrainAsync(ToyRows.Settings("y", "LEARNER=Linear")));
        await using var server = await FollowingServer.StartAsync(static options => Rehearsing(options, null), "toys");
        server.Put("toys", "toys-0", Path.Combine(linear, "output", "model"));
        await server.LinkAsync("toys", "toys-0");
        await server.UntilAsync("/v2/health/ready", body => body.TryGetProperty("reason", out _));
        Assert.Contains("toys: a linear model", (await server.GetAsync("/v2/health/ready")).Body.GetProperty("reason").GetString(), StringComparison.Ordinal);
        server.Put("toys", "toys-1", Path.Combine(trees, "output", "model"));
        await server.LinkAsync("toys", "toys-1");
        await server.ServesAsync("toys-1");
        Assert.False((await server.GetAsync("/v2/health/ready")).Body.TryGetProperty("reason", out _));
        server.Put("toys", "toys-2", Path.Combine(linear, "output", "model"));
        await server.LinkAsync("toys", "toys-2");
        await server.UntilAsync("/health", body => body.TryGetProperty("refused", out _));
        var (status, health, _) = await server.GetAsync("/health");
        Assert.Equal((200, "toys-1", "cuda"), (status, health.GetProperty("version").GetString(), health.GetProperty("device").GetString()));
        Assert.Equal((200, "toys-1"), (await server.PostAsync("/predict", TwoModels.Row) is var (code, _, version) ? code : 0, version));
        Directory.Delete(trees, recursive: true);
        Directory.Delete(linear, recursive: true);
    }

    [Fact]
    public async Task A_GPU_that_fails_again_and_again_ends_the_process_with_69()
    {
        var folder = Directory.CreateTempSubdirectory("modelop-cuda-test-").FullName;
        var options = Rehearsing(ServerHarness.Options(folder), null);
        await using var application = ServerHost.Build(options, TimeProvider.System);
        var (exit, terms) = (application.Services.GetRequiredService<ServerExit>(), application.Services.GetRequiredService<DeviceWatch>().Terms);
        terms.Failed(new InvalidOperationException("an illegal address"), 1);
        terms.Failed(new InvalidOperationException("an illegal address"), 2);
        Assert.Equal((0, false), (exit.Code, File.Exists(options.TerminationLog)));
        terms.Failed(new InvalidOperationException("an illegal address"), 3);
        Assert.Equal(69, exit.Code);
        Assert.Equal("the GPU failed 3 times in a row: an illegal address", await File.ReadAllTextAsync(options.TerminationLog));
        Assert.True(application.Lifetime.ApplicationStopping.IsCancellationRequested);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("MODELOP_DEVICE", "gpu", "MODELOP_DEVICE is 'gpu', allowed are cpu and cuda")]
    [InlineData("MODELOP_BATCH_ROWS", "8", "MODELOP_BATCH_ROWS is set, but requests go together on a GPU alone; set MODELOP_DEVICE=cuda, or leave it out")]
    [InlineData("MODELOP_BATCH_MILLISECONDS", "1", "MODELOP_BATCH_MILLISECONDS is set, but")]
    [InlineData("MODELOP_BATCH_ROWS", "0", "MODELOP_BATCH_ROWS is '0', allowed is a whole number from 1 to 10000", "cuda")]
    [InlineData("MODELOP_BATCH_MILLISECONDS", "1001", "allowed is a whole number from 0 to 1000", "cuda")]
    public void A_bad_setting_is_named(string name, string value, string message, string? device = null)
    {
        var variables = Variables(device);
        variables[name] = value;
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => ServerOptions.Read(variables)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_of_a_GPU_are_read()
    {
        var variables = Variables("cuda");
        (variables["MODELOP_BATCH_ROWS"], variables["MODELOP_BATCH_MILLISECONDS"]) = ("256", "2");
        var options = ServerOptions.Read(variables);
        Assert.Equal((ServingDevice.Cuda, 256, TimeSpan.FromMilliseconds(2), false), (options.Device, options.BatchRows, options.BatchDelay, options.RehearsesCuda));
        Assert.Equal((ServingDevice.Cpu, ServingDevice.Cpu), (ServerOptions.Read(Variables("cpu")).Device, ServerOptions.Read(Variables(null)).Device));
    }

    private static Hashtable Variables(string? device)
    {
        var variables = new Hashtable { ["MODELOP_MODEL_NAME"] = "m", ["MODELOP_MODEL_VERSION"] = "m-1", ["MODELOP_MODEL_DIR"] = "/m" };
        if (device is not null)
            variables["MODELOP_DEVICE"] = device;
        return variables;
    }

    private static ServerOptions Rehearsing(ServerOptions options, string? variant) => options with
    {
        Device = ServingDevice.Cuda,
        RehearsesCuda = true,
        Models = variant is null ? options.Models : [options.Models[0] with { Variant = variant }],
    };

    private static Task<double> CallsAsync(ServerHarness server) => server.MetricAsync("""modelop_device_calls_total{model="toys",version="toys-3"}""");
}
