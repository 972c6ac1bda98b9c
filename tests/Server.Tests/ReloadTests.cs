using System.Collections.Concurrent;
using System.Text.Json;
using ModelOperator.Server.Models;

namespace ModelOperator.Server.Tests;

/// <summary>New versions of a followed model.</summary>
public sealed class ReloadTests(TwoModels models) : IClassFixture<TwoModels>
{
    private const int Reloads = 50;
    private const string Infer = """{"inputs":[{"name":"size","shape":[1],"datatype":"FP64","data":[1.5]},{"name":"grade","shape":[1],"datatype":"BYTES","data":["good"]},{"name":"age","shape":[1],"datatype":"FP64","data":[3]}]}""";

    // Beyond four KiB a request changes threads.
    private static readonly string Batch = $$"""{"instances": [{{string.Join(',', Enumerable.Repeat(TwoModels.Features, 200))}}]}""";

    [Fact]
    public async Task Fifty_reloads_under_load_lose_no_request_and_every_answer_is_of_the_version_that_it_names()
    {
        await using var server = await FollowingServer.StartAsync("toys");
        await SwitchAsync(server, 1);
        var faults = new ConcurrentQueue<string>();
        var versions = new ConcurrentDictionary<string, int>();
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 6).Select(client => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await AskAsync(server, client % 3, faults, versions);
        })).ToList();
        for (var number = 2; number <= Reloads + 1; number++)
            await SwitchAsync(server, number);
        await stop.CancelAsync();
        await Task.WhenAll(clients);
        Assert.Empty(faults);
        Assert.True(versions.Count > Reloads / 2, $"only {versions.Count} versions answered");
        Assert.Equal(Reloads + 1, await server.MetricAsync("""modelop_model_loads_total{model="toys",result="loaded"}"""));
        Assert.Equal(0, await server.MetricAsync("""modelop_model_loads_total{model="toys",result="refused"}"""));
        Assert.Equal(1, await server.MetricAsync("""modelop_model_versions_in_memory{model="toys"}"""));
    }

    [Fact]
    public async Task A_request_ends_on_the_version_that_it_began_with_whose_memory_is_then_given_back()
    {
        var options = ServerHarness.Options("/nowhere") with { Models = [new() { Name = "toys", Directory = "/nowhere" }] };
        using var slot = new ModelSlot(options.Models[0], options, TimeProvider.System);
        Assert.Null(slot.Enter());
        var native = await LoadAsync(1);
        await slot.Switch(new VersionBooks(options, TimeProvider.System, "toys", "toys-1"), native);
        using var first = slot.Enter()!;
        var second = slot.Enter()!;
        var walked = await LoadAsync(0);
        var freed = slot.Switch(new VersionBooks(options, TimeProvider.System, "toys", "toys-2"), walked);
        using var third = slot.Enter()!;
        Assert.Equal(("toys-1", "toys-2", 2), (first.Books.Version, third.Books.Version, slot.InMemory));
        second.Dispose();
        second.Dispose();
        Assert.Equal(models.Predictions[1], await TwoModels.PredictAsync(first.Model));
        Assert.False(freed.IsCompleted);
        first.Dispose();
        await freed.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(1, slot.InMemory);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => TwoModels.PredictAsync(native));
    }

    [Theory]
    [InlineData("sample", "is predicted as")]
    [InlineData("booster", "but model.json names")]
    [InlineData("digest", "but the version's is sha256:00")]
    [InlineData("signature", "the model takes feature 'age', which the signature lacks")]
    [InlineData("version", "allowed are up to 253 letters")]
    [InlineData("document", "version.json is malformed")]
    [InlineData("missing", "which does not exist")]
    [InlineData("empty", "cannot read")]
    public async Task A_version_that_cannot_be_served_is_refused_and_the_one_before_answers_on(string fault, string message)
    {
        await using var server = await FollowingServer.StartAsync("toys");
        await SwitchAsync(server, 1);
        Damage(server, fault);
        await server.LinkAsync("toys", "toys-2");
        await server.UntilAsync("/health", body => body.TryGetProperty("refused", out _));
        var (status, health, _) = await server.GetAsync("/health");
        Assert.Equal((200, "ready", "toys-1"), (status, health.GetProperty("status").GetString(), health.GetProperty("version").GetString()));
        Assert.Contains(message, health.GetProperty("refused").GetString(), StringComparison.Ordinal);
        Assert.Equal((1, 1), (await server.MetricAsync("""modelop_model_refused{model="toys"}"""), await server.MetricAsync("""modelop_model_loads_total{model="toys",result="refused"}""")));
        var (code, answer, _) = await server.PostAsync("/predict", TwoModels.Row);
        Assert.Equal((200, models.Predictions[1]), (code, answer.GetProperty("prediction").GetSingle()));
        await server.LinkAsync("toys", "toys-1");
        await server.UntilAsync("/health", body => !body.TryGetProperty("refused", out _));
        await SwitchAsync(server, 4);
        Assert.Equal(0, await server.MetricAsync("""modelop_model_refused{model="toys"}"""));
    }

    [Fact]
    public async Task Digest_signature_and_name_of_the_registry_are_held_against_a_version()
    {
        await using var server = await FollowingServer.StartAsync("toys");
        var digest = ModelFormat.ArtifactManifest.Digest(models.Directories[0], CancellationToken.None);
        const string inputs = """[{"name":"size","type":"Numeric"},{"name":"grade","type":"Categorical"},{"name":"age","type":"Numeric","optional":true}]""";
        server.Put("toys", "any-folder", models.Directories[0], $$"""{"version":"toys-7","digest":"{{digest}}","signature":{"inputs":{{inputs}}},"later":1}""");
        await server.LinkAsync("toys", "any-folder");
        await server.ServesAsync("toys-7");
        Assert.Equal(digest, (await server.GetAsync("/model/info")).Body.GetProperty("digest").GetString());
    }

    [Fact]
    public async Task Who_names_a_version_that_was_replaced_is_told_which_one_is_there()
    {
        await using var server = await FollowingServer.StartAsync("toys");
        await SwitchAsync(server, 1);
        Assert.Equal(200, (await server.PostAsync("/v2/models/toys/versions/1/infer", Infer)).Status);
        await SwitchAsync(server, 2);
        var (status, body, version) = await server.PostAsync("/v2/models/toys/versions/1/infer", Infer);
        Assert.Equal((404, "no such version; this server has toys in version toys-2", "toys-2"), (status, body.GetProperty("error").GetString(), version));
        Assert.Equal(200, (await server.PostAsync("/v2/models/toys/versions/2/infer", Infer)).Status);
        Assert.Equal(["toys-2"], (await server.GetAsync("/v2/models/toys")).Body.GetProperty("versions").EnumerateArray().Select(item => item.GetString()!));
    }

    [Fact]
    public async Task Truths_of_the_version_before_are_counted_as_its_own_and_those_of_older_ones_are_refused()
    {
        await using var server = await FollowingServer.StartAsync("toys");
        await SwitchAsync(server, 1);
        var (_, answer, _) = await server.PostAsync("/predict", TwoModels.Row);
        var (_, another, _) = await server.PostAsync("/predict", TwoModels.Row);
        await SwitchAsync(server, 2);
        Assert.Equal(200, (await server.PostAsync("/feedback", Truth(answer))).Status);
        Assert.Equal(1, await server.MetricAsync("""modelop_feedback_total{model="toys",version="toys-1"}"""));
        Assert.Equal(0, await server.MetricAsync("""modelop_feedback_total{model="toys",version="toys-2"}"""));
        Assert.Equal(2, await server.MetricAsync("""modelop_predicted_rows_total{model="toys",version="toys-1"}"""));
        await SwitchAsync(server, 3);
        Assert.Equal(422, (await server.PostAsync("/feedback", Truth(another))).Status);
        Assert.Null(await server.MetricAsync("""modelop_feedback_total{model="toys",version="toys-1"}"""));
        Assert.Equal(2, (await server.GetAsync("/health")).Body.GetProperty("predictionCount").GetInt32());
    }

    [Fact]
    public async Task A_version_that_comes_again_goes_on_with_its_books_and_has_its_series_once()
    {
        await using var server = await FollowingServer.StartAsync("toys");
        await SwitchAsync(server, 1);
        var (_, answer, _) = await server.PostAsync("/predict", TwoModels.Row);
        Assert.Equal(200, (await server.PostAsync("/feedback", Truth(answer))).Status);
        // From another folder, as when its files were mended; then the way to another version and back.
        server.Put("toys", "mended", models.Directories[0], """{"version":"toys-1"}""");
        await server.LinkAsync("toys", "mended");
        await PredictsAsync("trees");
        Assert.Equal(models.Predictions[0], (await server.PostAsync("/predict", TwoModels.Row)).Body.GetProperty("prediction").GetSingle());
        await SwitchAsync(server, 2);
        Assert.Equal(200, (await server.PostAsync("/predict", TwoModels.Row)).Status);
        await server.LinkAsync("toys", "toys-1");
        await PredictsAsync("libxgboost");
        // The metric is read as the only line of its series.
        Assert.Equal(2, await server.MetricAsync("""modelop_predicted_rows_total{model="toys",version="toys-1"}"""));
        Assert.Equal(1, await server.MetricAsync("""modelop_predicted_rows_total{model="toys",version="toys-2"}"""));
        Assert.Equal(3, (await server.GetAsync("/health")).Body.GetProperty("predictionCount").GetInt32());
        var (status, again, _) = await server.PostAsync("/feedback", Truth(answer));
        Assert.Equal((200, "duplicate"), (status, again.GetProperty("rejected")[0].GetProperty("reason").GetString()));
        await SwitchAsync(server, 3);
        Assert.Equal(3, (await server.GetAsync("/health")).Body.GetProperty("predictionCount").GetInt32());
        Task PredictsAsync(string predictor) => server.UntilAsync("/model/info", body => body.GetProperty("predictor").GetString() == predictor);
    }

    private static string Truth(JsonElement answer) => $$"""{"id": "{{answer.GetProperty("id").GetString()}}", "truth": 12}""";

    private async Task<ServedModel> LoadAsync(int model) => await ServedModel.LoadAsync(models.Directories[model], null, null, null, PredictorTerms.Cpu, CancellationToken.None);

    private async Task SwitchAsync(FollowingServer server, int number)
    {
        server.Put("toys", $"toys-{number}", models.Directories[number % 2]);
        await server.LinkAsync("toys", $"toys-{number}");
        await server.ServesAsync($"toys-{number}");
    }

    private async Task AskAsync(FollowingServer server, int kind, ConcurrentQueue<string> faults, ConcurrentDictionary<string, int> versions)
    {
        var (path, request) = kind switch { 0 => ("/predict", TwoModels.Row), 1 => ("/models/toys/predict/batch", Batch), _ => ("/v2/models/toys/infer", Infer) };
        try
        {
            var (status, body, version) = await server.PostAsync(path, request);
            if (status != 200)
            {
                faults.Enqueue($"{status} {body.GetRawText()}");
                return;
            }

            versions.AddOrUpdate(version!, 1, static (_, count) => count + 1);
            var (named, answers) = kind switch
            {
                0 => (body.GetProperty("version"), [body.GetProperty("prediction").GetSingle()]),
                1 => (body.GetProperty("version"), body.GetProperty("predictions").EnumerateArray().Select(item => item.GetProperty("prediction").GetSingle()).ToArray()),
                _ => (body.GetProperty("model_version"), body.GetProperty("outputs")[0].GetProperty("data").EnumerateArray().Select(item => item.GetSingle()).ToArray()),
            };
            var expected = models.Predictions[int.Parse(version!.AsSpan("toys-".Length), System.Globalization.CultureInfo.InvariantCulture) % 2];
            if (named.GetString() != version || !Array.TrueForAll(answers, answer => answer == expected))
                faults.Enqueue($"{version} answers {string.Join(' ', answers.Distinct())} as {named}, not {expected}");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or JsonException)
        {
            faults.Enqueue(failure.ToString());
        }
    }

    private void Damage(FollowingServer server, string fault)
    {
        var digest = "sha256:" + new string('0', 64);
        string? document = fault switch
        {
            "digest" => $$"""{"version":"toys-2","digest":"{{digest}}"}""",
            "signature" => """{"version":"toys-2","signature":{"inputs":[{"name":"size","type":"Numeric"},{"name":"grade","type":"Categorical"}]}}""",
            "version" => """{"version":"toys~2"}""",
            "document" => """{"version":""",
            _ => null,
        };
        if (fault == "missing")
            return;
        server.Put("toys", "toys-2", models.Directories[0], document);
        var folder = Path.Combine(server.Folder("toys", "toys-2"), "model");
        var file = Path.Combine(folder, "model.json");
        if (fault == "booster")
            File.AppendAllText(Path.Combine(folder, "booster.ubj"), "x");
        else if (fault == "empty")
            File.Delete(file);
        else if (fault == "sample")
            File.WriteAllText(file, System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(file), "\"prediction\": [-0-9.eE]+", "\"prediction\": 1e6"));
    }
}
