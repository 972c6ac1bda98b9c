using System.Text;
using ModelOperator.Artifacts;
using ModelOperator.Fakes;

namespace ModelOperator.Tests.Artifacts;

public sealed class PublishCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string OutputDir => Path.Combine(_folder.Path, "output");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_model_is_uploaded_and_its_result_reported()
    {
        await using var store = await StoreFixture.StartAsync();
        WriteModel();
        WriteResult("""
            {"schema":1,"model":{"path":"model/","format":"modelop/xgboost-v1"},"metrics":{"mae":2,"rmse":1.25},"samples":100,"device":"cpu",
             "usage":{"cpuSeconds":3.5,"wallSeconds":2,"gpuJoules":null,"peakMemoryBytes":1048576}}
            """);
        var expected = await FolderManifest.ReadAsync(Path.Combine(OutputDir, "model"), CancellationToken.None);
        using var run = Run(store, ("MODELOP_PRIMARY_METRICS", "rmse"));
        Assert.Equal(ExitCodes.Done, await run.PublishAsync());
        Assert.Equal(
            $$$"""{"schema":1,"model":{"uri":"{{{expected.Digest.Uri}}}","digest":"{{{expected.Digest}}}","format":"modelop/xgboost-v1","sizeBytes":{{{expected.TotalSize}}},"files":2},"metrics":{"rmse":1.25,"mae":2},"samples":100,"device":"cpu","usage":{"cpuSeconds":3.5,"wallSeconds":2,"peakMemoryBytes":1048576}}""",
            run.Message());
        foreach (var digest in expected.Entries.Select(static entry => entry.Digest).Append(expected.Digest))
            Assert.True((await store.SendAsync(HttpMethod.Head, digest, store.WriteToken)).IsSuccessStatusCode);

        using var again = Run(store);
        Assert.Equal(ExitCodes.Done, await again.PublishAsync());
        Assert.Equal(3, again.Output.Split("already there").Length - 1);
    }

    [Fact]
    public async Task A_single_file_is_an_artifact_of_one_file()
    {
        await using var store = await StoreFixture.StartAsync();
        _folder.Write("output/model.json", "{}"u8.ToArray());
        WriteResult("""{"schema":1,"model":{"path":"model.json"},"metrics":{"rmse":1}}""");
        using var run = Run(store);
        Assert.Equal(ExitCodes.Done, await run.PublishAsync());
        var manifest = ArtifactManifest.Create([new ManifestEntry(Sha256Digest.Of("{}"u8), 2, "model.json")]);
        Assert.Equal(manifest.Digest.ToString(), TerminationMessage.TryReadPublish(run.Message())!.Model.Digest);
    }

    [Theory]
    [InlineData("""not json""", "ResultInvalid", "not valid JSON")]
    [InlineData("""[]""", "ResultInvalid", "must be an object")]
    [InlineData("""{"model":{"path":"model"},"metrics":{"a":1}}""", "ResultInvalid", "schema must be 1")]
    [InlineData("""{"schema":2,"model":{"path":"model"},"metrics":{"a":1}}""", "ResultInvalid", "schema must be 1")]
    [InlineData("""{"schema":1,"metrics":{"a":1}}""", "ResultInvalid", "model must be an object")]
    [InlineData("""{"schema":1,"model":{},"metrics":{"a":1}}""", "ResultInvalid", "model.path is missing")]
    [InlineData("""{"schema":1,"model":{"path":"/abs"},"metrics":{"a":1}}""", "ResultInvalid", "model.path must be relative")]
    [InlineData("""{"schema":1,"model":{"path":"../up"},"metrics":{"a":1}}""", "ResultInvalid", "model.path must be relative")]
    [InlineData("""{"schema":1,"model":{"uri":"s3://b/k"},"metrics":{"a":1}}""", "ResultInvalid", "model.uri must be modelop://")]
    [InlineData("""{"schema":1,"model":{"path":"model","digest":"md5:x"},"metrics":{"a":1}}""", "ResultInvalid", "model.digest must be sha256:")]
    [InlineData("""{"schema":1,"model":{"path":"model"},"metrics":[1]}""", "ResultInvalid", "metrics must be an object")]
    [InlineData("""{"schema":1,"model":{"path":"model"},"metrics":{"rmse":"low"}}""", "ResultInvalid", "metrics.rmse must be a number")]
    [InlineData("""{"schema":1,"model":{"path":"model"},"metrics":{"rmse":1,"rmse":2}}""", "ResultInvalid", "metrics.rmse appears twice")]
    [InlineData("""{"schema":1,"model":{"path":"model"},"metrics":{"loss":NaN}}""", "MetricNotFinite", "metrics.loss is NaN")]
    [InlineData("""{"schema":1,"model":{"path":"model"},"metrics":{"a":1,"loss":-Infinity}}""", "MetricNotFinite", "metrics.loss is -Infinity")]
    [InlineData("""{"schema":1,"model":{"path":"model"},"metrics":{"loss":1e999}}""", "MetricNotFinite", "metrics.loss is 1e999")]
    [InlineData("""{"schema":1,"model":{"path":"model"},"metrics":{"a":1},"device":"tpu"}""", "ResultInvalid", "device must be cpu or cuda")]
    [InlineData("""{"schema":1,"model":{"path":"model"},"metrics":{"a":1},"samples":1.5}""", "ResultInvalid", "samples must be a whole number")]
    [InlineData("""{"schema":1,"model":{"path":"model"},"metrics":{"a":1},"usage":{"cpuSeconds":-1}}""", "ResultInvalid", "usage.cpuSeconds")]
    [InlineData("""{"schema":1,"model":{"path":"elsewhere"},"metrics":{"a":1}}""", "ModelMissing", "wrote nothing there")]
    [InlineData("""{"schema":1,"model":{"path":"empty"},"metrics":{"a":1}}""", "ModelMissing", "is empty")]
    [InlineData("""{"schema":1,"model":{"path":"link"},"metrics":{"a":1}}""", "ModelInvalid", "symbolic link")]
    [InlineData("""{"schema":1,"model":{"path":"link/etc"},"metrics":{"a":1}}""", "ModelMissing", "wrote nothing there")]
    [InlineData("""{"schema":1,"model":{"path":"holds-link"},"metrics":{"a":1}}""", "ModelInvalid", "'secret' is a symbolic link")]
    [InlineData("""{"schema":1,"model":{"path":"model","digest":"sha256:0000000000000000000000000000000000000000000000000000000000000000"},"metrics":{"a":1}}""", "ModelDigestMismatch", "sha256:0000")]
    public async Task A_wrong_result_ends_with_65_and_names_what_is_wrong(string result, string reason, string why)
    {
        WriteModel();
        Directory.CreateDirectory(Path.Combine(OutputDir, "empty"));
        Directory.CreateDirectory(Path.Combine(OutputDir, "holds-link"));
        File.CreateSymbolicLink(Path.Combine(OutputDir, "link"), "/");
        File.CreateSymbolicLink(Path.Combine(OutputDir, "holds-link", "secret"), "/proc/self/environ");
        WriteResult(result);
        using var run = new TransferRun(_folder, "publish", new() { ["MODELOP_OUTPUT_DIR"] = OutputDir });
        Assert.Equal(ExitCodes.BadData, await run.PublishAsync());
        Assert.Equal(reason, run.Reason());
        Assert.Contains(why, TerminationMessage.TryReadFailure(run.Message())!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"schema":1,"model":{"path":"model"}}""", "rmse=0.25 auc=0.9")]
    [InlineData("""{"schema":1,"model":{"path":"model"},"metrics":{}}""", "rmse=0.25 auc=0.9")]
    [InlineData("""{"schema":1,"model":{"path":"model"},"metrics":{"rmse":7}}""", "rmse=7")]
    public async Task Metrics_are_those_of_the_result_else_the_last_of_the_metrics_file(string result, string expected)
    {
        await using var store = await StoreFixture.StartAsync();
        WriteModel();
        WriteResult(result);
        var file = _folder.Write("metrics.jsonl", """
            {"metric":"rmse","value":0.5,"step":1,"ts":"2026-01-01T00:00:00Z"}
            {"metric":"auc","value":0.9}
            not json
            {"metric":"loss","value":"x"}
            {"metric":"progress","value":80}
            {"metric":"rmse","value":0.25,"step":2}
            {"metric":"rm
            """u8.ToArray());
        using var run = new TransferRun(_folder, "publish", new()
        {
            ["MODELOP_OUTPUT_DIR"] = OutputDir,
            ["MODELOP_METRICS_FILE"] = file,
            ["MODELOP_STORE_URL"] = store.Url.ToString(),
            ["MODELOP_STORE_TOKEN"] = store.WriteToken,
        });
        Assert.Equal(ExitCodes.Done, await run.PublishAsync());
        Assert.Equal(expected, string.Join(' ', TerminationMessage.TryReadPublish(run.Message())!.Metrics.Select(m => FormattableString.Invariant($"{m.Key}={m.Value}"))));
    }

    [Fact]
    public async Task Without_any_metric_the_model_is_published_and_the_operator_looks_into_the_log()
    {
        await using var store = await StoreFixture.StartAsync();
        WriteModel();
        WriteResult("""{"schema":1,"model":{"path":"model"}}""");
        using var run = Run(store);
        Assert.Equal(ExitCodes.Done, await run.PublishAsync());
        Assert.Empty(TerminationMessage.TryReadPublish(run.Message())!.Metrics);
    }

    [Fact]
    public async Task Without_a_result_but_with_a_model_the_model_is_published_and_the_operator_looks_into_the_termination_message()
    {
        await using var store = await StoreFixture.StartAsync();
        WriteModel();
        using var run = Run(store);
        Assert.Equal(ExitCodes.Done, await run.PublishAsync());
        var expected = await FolderManifest.ReadAsync(Path.Combine(OutputDir, "model"), CancellationToken.None);
        var report = TerminationMessage.TryReadPublish(run.Message())!;
        Assert.Equal((expected.Digest.ToString(), true, 0), (report.Model.Digest, report.NoResultFile, report.Metrics.Count));
    }

    [Fact]
    public async Task A_missing_result_and_one_that_is_a_link_end_with_65()
    {
        Directory.CreateDirectory(OutputDir);
        using var run = new TransferRun(_folder, "publish", new() { ["MODELOP_OUTPUT_DIR"] = OutputDir });
        Assert.Equal(ExitCodes.BadData, await run.PublishAsync());
        Assert.Equal("ResultMissing", run.Reason());
        File.CreateSymbolicLink(Path.Combine(OutputDir, "result.json"), "/proc/self/environ");
        Assert.Equal(ExitCodes.BadData, await run.PublishAsync());
        Assert.Equal("ResultInvalid", run.Reason());
    }

    [Fact]
    public async Task A_store_that_stays_away_ends_with_69_and_one_that_comes_back_in_time_is_waited_for()
    {
        WriteModel();
        WriteResult("""{"schema":1,"model":{"path":"model"},"metrics":{"a":1}}""");
        var port = FreePort.Next();
        using var away = Run(new Uri($"http://127.0.0.1:{port}"), "x", retrySeconds: 1);
        Assert.Equal(ExitCodes.Unavailable, await away.PublishAsync());
        Assert.Equal("StoreUnavailable", away.Reason());

        var key = StoreFixture.Bytes(4, 32);
        using var folder = new TempFolder();
        folder.Write("key", key);
        using var run = Run(new Uri($"http://127.0.0.1:{port}"), new ArtifactTokens(key).Issue(ArtifactScope.Write("team", "uid")), retrySeconds: 60);
        var publishing = run.PublishAsync();
        await Eventually.TrueAsync(() => Task.FromResult(run.Output.Contains("trying again", StringComparison.Ordinal)));
        await using var store = await StoreFixture.StartAsync(folder: folder, port: port);
        Assert.Equal(ExitCodes.Done, await publishing);
    }

    [Fact]
    public async Task A_full_store_is_tried_again_and_ends_with_69()
    {
        await using var store = await StoreFixture.StartAsync(static options => options with { MinFreeBytes = long.MaxValue / 2 });
        WriteModel();
        WriteResult("""{"schema":1,"model":{"path":"model"},"metrics":{"a":1}}""");
        using var run = Run(store.Url, store.WriteToken, retrySeconds: 1);
        Assert.Equal(ExitCodes.Unavailable, await run.PublishAsync());
        Assert.Equal("DiskFull", run.Reason());
    }

    [Fact]
    public async Task A_file_larger_than_the_store_takes_ends_with_65()
    {
        await using var store = await StoreFixture.StartAsync(static options => options with { MaxUploadBytes = 10 });
        WriteModel();
        WriteResult("""{"schema":1,"model":{"path":"model"},"metrics":{"a":1}}""");
        using var run = Run(store);
        Assert.Equal(ExitCodes.BadData, await run.PublishAsync());
        Assert.Equal("TooLarge", run.Reason());
    }

    [Fact]
    public void Many_metrics_are_cut_to_fit_with_the_primary_ones_first_and_those_of_slices_last()
    {
        var metrics = Enumerable.Range(0, 512).Select(static i => KeyValuePair.Create($"{(i < 256 ? "slice@" : "")}metric-with-a-long-name-{i}", Math.Sqrt(i + 2))).ToList();
        var result = new TrainerResult("model", null, null, new string('f', 128), metrics, 1, "cpu", null);
        var bytes = PublishMessage.Build(Model, result, ["metric-with-a-long-name-511"]);
        Assert.InRange(bytes.Length, 1, PublishMessage.MostBytes);
        var report = TerminationMessage.TryReadPublish(Encoding.UTF8.GetString(bytes))!;
        Assert.Equal(512, report.Metrics.Count + report.MetricsOmitted);
        Assert.Equal(["metric-with-a-long-name-511", "metric-with-a-long-name-256"], report.Metrics.Keys.Take(2));
        Assert.DoesNotContain(report.Metrics.Keys, static name => name.Contains('@', StringComparison.Ordinal));
    }

    // The kubelet keeps 12 KiB of the messages of a Pod, in equal shares: of six containers, ours and two that others put in, 2048 bytes each.
    [Fact]
    public void The_metrics_of_eight_slices_and_four_models_fit_what_the_kubelet_keeps_of_each_container()
    {
        string[] scores = ["accuracy", "auc", "brier", "f1", "logloss"];
        string[] measured = ["size_bytes", "memory_bytes", "latency_ms_p50", "latency_ms_p99", "batch100_ms_p50", "cpu_ms_per_1000", "joules_per_1000", "loss"];
        IEnumerable<string> names =
        [
            .. scores.SelectMany(static score => new[] { $"train_{score}", $"validation_{score}" }),
            .. new[] { "original", "round", "prune", "prune_round" }.SelectMany(variant => measured.Select(what => $"variant_{variant}_{what}")),
            .. Enumerable.Range(0, 8).SelectMany(slice => scores.Select(score => $"validation_{score}@region=Region {slice}, \"south\"")),
        ];
        var metrics = names.Select(static (name, place) => KeyValuePair.Create(name, Math.Sin(place + 1))).ToList();
        var bytes = PublishMessage.Build(Model, new TrainerResult("model", null, null, "modelop/xgboost-v1", metrics, 1_000_000, "cpu", new TrainerUsage { CpuSeconds = 1.234, WallSeconds = 2.345, PeakMemoryBytes = 86220800 }), []);
        Assert.InRange(bytes.Length, 1, 12 * 1024 / 6);
        var report = TerminationMessage.TryReadPublish(Encoding.UTF8.GetString(bytes))!;
        Assert.Null(report.MetricsOmitted);
        Assert.Equal(metrics.Count, report.Metrics.Count);
        Assert.All(metrics, metric => Assert.Equal(metric.Value, report.Metrics[metric.Key], 1e-8));
        // Of fewer, all digits.
        var fewer = new TrainerResult("model", null, null, null, [.. metrics.Take(60)], 1, "cpu", null);
        var exact = TerminationMessage.TryReadPublish(Encoding.UTF8.GetString(PublishMessage.Build(Model, fewer, [])))!;
        Assert.Equal(metrics.Take(60), exact.Metrics);
    }

    [Theory]
    [InlineData("""{"schema":1,"model":{"uri":"u","digest":"d"},"metrics":{},"packed":"no base64"}""")]
    [InlineData("""{"schema":1,"model":{"uri":"u","digest":"d"},"metrics":{},"packed":"AAAA"}""")]
    public void Packed_metrics_that_cannot_be_read_are_no_report(string message) => Assert.Null(TerminationMessage.TryReadPublish(message));

    [Fact]
    public async Task Primary_metrics_are_named_one_a_line_since_a_slice_may_have_a_comma()
    {
        await using var store = await StoreFixture.StartAsync();
        WriteModel();
        WriteResult("""{"schema":1,"model":{"path":"model"},"metrics":{"a":1,"rmse":2,"rmse@city=Paris, Texas":3}}""");
        using var run = Run(store, ("MODELOP_PRIMARY_METRICS", "rmse@city=Paris, Texas\nrmse\n"));
        Assert.Equal(ExitCodes.Done, await run.PublishAsync());
        Assert.Equal(["rmse@city=Paris, Texas", "rmse", "a"], TerminationMessage.TryReadPublish(run.Message())!.Metrics.Keys);
    }

    private static PublishedModel Model { get; } = new() { Uri = "modelop://sha256/" + new string('a', 64), Digest = "sha256:" + new string('a', 64), SizeBytes = 123_456_789, Files = 12 };

    private void WriteModel()
    {
        _folder.Write("output/model/model.json", "{}"u8.ToArray());
        _folder.Write("output/model/trees.ubj", StoreFixture.Bytes(3, 300_000));
    }

    private void WriteResult(string json) => _folder.Write("output/result.json", Encoding.UTF8.GetBytes(json));

    private TransferRun Run(StoreFixture store, params (string Name, string Value)[] more) => Run(store.Url, store.WriteToken, 60, more);

    private TransferRun Run(Uri store, string token, int retrySeconds, params (string Name, string Value)[] more)
    {
        var environment = new Dictionary<string, string>
        {
            ["MODELOP_OUTPUT_DIR"] = OutputDir,
            ["MODELOP_STORE_URL"] = store.ToString(),
            ["MODELOP_STORE_TOKEN"] = token,
            ["MODELOP_RETRY_SECONDS"] = retrySeconds.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        foreach (var (name, value) in more)
            environment[name] = value;
        return new TransferRun(_folder, "publish", environment);
    }
}
