using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using ModelOperator.Fakes;
using ModelOperator.ModelFormat;

namespace ModelOperator.Server.Tests;

/// <summary>SIGKILL to the server at moments that nobody chose: what an answer has promised holds, and the next process starts clean.</summary>
public sealed class ServerKillTests
{
    private const int Kills = 3;
    private const int Clients = 2;
    private const int Seed = 20261122;

    [Fact]
    public async Task Killed_under_load_it_loses_the_end_of_its_log_alone_and_the_next_one_judges_every_id_that_it_gave()
    {
        var folder = await ServerHarness.TrainAsync();
        await using var sink = await PredictionSink.StartAsync();
        (string, string)[] settings = [("MODELOP_PREDICTION_LOG_URL", sink.Url.ToString()), ("MODELOP_PREDICTION_LOG_TOKEN", "s3cret"), ("MODELOP_PREDICTION_LOG_RATE", "1"), ("MODELOP_DRAIN_SECONDS", "0")];
        var port = FreePort.Next();
        var random = new Random(Seed);
        var lives = new List<List<Answer>[]>();
        for (var life = 0; life <= Kills; life++)
        {
            var (asked, kept) = (sink.Asked, Kept(sink));
            using var server = ServerProcess.Start(folder, port, settings);
            await server.ReadyAsync();
            using var enough = new CancellationTokenSource();
            lives.Add([.. Enumerable.Range(0, Clients).Select(static _ => new List<Answer>())]);
            var load = lives[life].Select(answers => Task.Run(() => LoadAsync(server.Client, answers, enough.Token))).ToArray();
            await sink.AskedAsync(asked + 1);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(800)), TimeProvider.System);
            if (life < Kills)
            {
                var sent = await SentAsync(server.Client);
                await server.KillAsync();
                Assert.True(Kept(sink) - kept >= sent, $"the server said that {sent} rows were kept, {Kept(sink) - kept} are");
            }
            else
            {
                await enough.CancelAsync();
            }

            await Task.WhenAll(load);
            if (life < Kills)
                continue;
            await TellAsync(server.Client, [.. lives.SelectMany(static clients => clients).SelectMany(static answers => answers).Where(static answer => !answer.Told)]);
            await server.TerminateAsync();
            Assert.Equal(0, await server.ExitAsync());
        }

        AssertKept(sink, lives);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Killed_where_feedback_waits_until_it_is_kept_it_loses_no_truth_that_it_acknowledged()
    {
        var folder = await ServerHarness.TrainAsync();
        await using var sink = await PredictionSink.StartAsync();
        (string, string)[] settings =
        [
            ("MODELOP_PREDICTION_LOG_URL", sink.Url.ToString()), ("MODELOP_PREDICTION_LOG_TOKEN", "s3cret"), ("MODELOP_PREDICTION_LOG_RATE", "1"), ("MODELOP_PREDICTION_LOG_ACKNOWLEDGE", "Kept"),
        ];
        var port = FreePort.Next();
        var random = new Random(Seed);
        List<Answer> told = [];
        for (var life = 0; life < Kills; life++)
        {
            using var server = ServerProcess.Start(folder, port, settings);
            await server.ReadyAsync();
            var clients = Enumerable.Range(0, Clients).Select(static _ => new List<Answer>()).ToList();
            var load = clients.Select(answers => Task.Run(() => LoadAsync(server.Client, answers, CancellationToken.None))).ToArray();
            var truths = sink.Rows("truths").Count;
            await sink.RowsAsync("truths", truths + 2);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(800)), TimeProvider.System);
            await server.KillAsync();
            await Task.WhenAll(load);
            told.AddRange(clients.SelectMany(static answers => answers).Where(static answer => answer.Told));
        }

        var kept = sink.Rows("truths").Select(static row => row.GetProperty("id").GetString()!).ToHashSet(StringComparer.Ordinal);
        Assert.NotEmpty(told);
        Assert.All(told, answer => Assert.Contains(answer.Id, kept));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Killed_while_it_reads_its_model_it_leaves_it_as_it_was_and_the_next_one_serves_it()
    {
        var folder = await ServerHarness.TrainAsync();
        var model = Path.Combine(folder, "output", "model");
        var digest = ArtifactManifest.Digest(model, CancellationToken.None);
        var port = FreePort.Next();
        var random = new Random(Seed);
        for (var kill = 0; kill < Kills; kill++)
        {
            using var server = ServerProcess.Start(folder, port);
            // From the first file that the runtime opens to the first request.
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100, 1_000)), TimeProvider.System);
            await server.KillAsync();
        }

        Assert.Equal(digest, ArtifactManifest.Digest(model, CancellationToken.None));
        using var last = ServerProcess.Start(folder, port);
        // It predicts the model's own samples before it says so.
        await last.ReadyAsync();
        Assert.Equal(digest, JsonElement.Parse(await last.Client.GetByteArrayAsync(new Uri("/model/info", UriKind.Relative))).GetProperty("digest").GetString());
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>What was kept, and in which order the rest was lost.</summary>
    private static void AssertKept(PredictionSink sink, List<List<Answer>[]> lives)
    {
        var (predictions, truths) = (sink.Rows("predictions"), sink.Rows("truths"));
        // A batch whose answer took too long is sent again, and a truth whose answer was cut off is told again: the history keeps one by id.
        var kept = predictions.DistinctBy(static row => row.GetProperty("id").GetString()).ToDictionary(static row => row.GetProperty("id").GetString()!, static row => row.GetProperty("prediction").GetDouble());
        var judged = truths.DistinctBy(static row => row.GetProperty("id").GetString()).ToDictionary(static row => row.GetProperty("id").GetString()!, static row => row.GetProperty("truth").GetDouble());
        var answers = lives.SelectMany(static clients => clients).SelectMany(static client => client).ToList();
        Assert.Equal(answers.Count, answers.Select(static answer => answer.Id).Distinct().Count());
        Assert.All(answers.Where(answer => kept.ContainsKey(answer.Id)), answer => Assert.Equal(answer.Prediction, kept[answer.Id]));
        foreach (var client in lives.SelectMany(static clients => clients))
        {
            // One after another they were asked for: what comes after the first that is lost was lost with it.
            Assert.DoesNotContain(client.SkipWhile(answer => kept.ContainsKey(answer.Id)), answer => kept.ContainsKey(answer.Id));
            Assert.DoesNotContain(client.Where(static answer => answer.Told).SkipWhile(answer => judged.ContainsKey(answer.Id)), answer => judged.ContainsKey(answer.Id));
        }

        // The last one was asked to end, and what the others had not acknowledged was told to it.
        Assert.All(lives[^1].SelectMany(static client => client), answer => Assert.True(kept.ContainsKey(answer.Id)));
        Assert.All(answers.Where(static answer => !answer.Told), static answer => Assert.True(answer.Judged));
        Assert.All(answers.Where(answer => answer.Judged || lives[^1].Any(client => client.Contains(answer))), answer => Assert.Equal(answer.Prediction + 1, judged[answer.Id]));
    }

    /// <summary>One prediction after another, each with its truth, until the server is gone or it is enough.</summary>
    private static async Task LoadAsync(HttpClient http, List<Answer> answers, CancellationToken enough)
    {
        try
        {
            while (!enough.IsCancellationRequested)
            {
                var made = (await PostAsync(http, "/predict", """{"features": {"size": 1, "grade": "good", "age": 3}}"""))!.Value;
                var answer = new Answer(made.GetProperty("id").GetString()!, made.GetProperty("prediction").GetDouble());
                answers.Add(answer);
                answer.Told = await PostAsync(http, "/feedback", $"{{{answer.Truth}}}") is not null;
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
            }
        }
        catch (HttpRequestException) when (!enough.IsCancellationRequested)
        {
            // Killed.
        }
    }

    private static async Task TellAsync(HttpClient http, List<Answer> answers)
    {
        var told = (await PostAsync(http, "/feedback", $$"""{"predictions": [{{string.Join(',', answers.Select(static answer => $"{{{answer.Truth}}}"))}}]}"""))!.Value;
        Assert.Equal((answers.Count, 0), (told.GetProperty("accepted").GetInt32(), told.GetProperty("rejected").GetArrayLength()));
        answers.ForEach(static answer => answer.Judged = true);
    }

    /// <summary>Null where the server does not promise it (429).</summary>
    private static async Task<JsonElement?> PostAsync(HttpClient http, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri(path, UriKind.Relative), content);
        var text = await response.Content.ReadAsStringAsync();
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
            return null;
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return JsonElement.Parse(text);
    }

    /// <summary>Rows of which the server says that they are kept.</summary>
    private static async Task<int> SentAsync(HttpClient http)
    {
        const string Series = """modelop_prediction_log_total{model="toys",version="toys-3",result="sent"} """;
        var text = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        return int.Parse(text.Split('\n').Single(static line => line.StartsWith(Series, StringComparison.Ordinal)).AsSpan(Series.Length), CultureInfo.InvariantCulture);
    }

    private static int Kept(PredictionSink sink) => sink.Rows("predictions").Count + sink.Rows("truths").Count;

    /// <summary>What a client was answered.</summary>
    private sealed class Answer(string id, double prediction)
    {
        internal string Id { get; } = id;

        internal double Prediction { get; } = prediction;

        /// <summary>Whether the server that gave the id acknowledged a truth about it.</summary>
        internal bool Told { get; set; }

        /// <summary>Whether a later one did.</summary>
        internal bool Judged { get; set; }

        internal string Truth => string.Create(CultureInfo.InvariantCulture, $"\"id\": \"{Id}\", \"truth\": {Prediction + 1:R}");
    }
}
