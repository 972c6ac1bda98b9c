using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using ModelOperator.Artifacts;
using ModelOperator.RegistryApi;
using ModelOperator.Tests.Registry;
using static ModelOperator.Tests.Predictions.ReceiverWorld;

namespace ModelOperator.Tests.RegistryApi;

/// <summary>Predictions come in through the receiver and out through the API.</summary>
public sealed class PredictionApiTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    [PostgresFact]
    public async Task Accuracy_is_told_by_window_of_the_prediction_and_by_version()
    {
        await using var receiver = await StartAsync(await server.CreateDatabaseAsync());
        // In the first hour errors of 3 and -4 and one prediction without truth; in the second an error of 1.
        foreach (var (id, prediction, truth, second) in new (string, double, double?, int)[] { ("a", 13, 10, 0), ("b", 6, 10, 3599), ("c", 1, null, 60), ("d", 11, 10, 3600) })
        {
            await receiver.PostAsync(One("toys-3~" + id, prediction, second: second));
            if (truth is { } known)
                await receiver.PostAsync(Truth("toys-3~" + id, known));
        }

        await using var api = await ApiWorld.StartAsync(receiver.Connection);
        Assert.Equal(
            [$"12:00 3600 3 2 {N(Math.Sqrt(12.5))} 3.5 -0.5 -", "13:00 3600 1 1 1 1 1 -"],
            await WindowsAsync(api, "/api/v1/versions/ml/toys-3/accuracy"));
        Assert.Equal(["12:00 60 1 1 3 3 3 -", "12:01 60 1 0 - - - -", "12:59 60 1 1 4 4 -4 -", "13:00 60 1 1 1 1 1 -"], await WindowsAsync(api, "/api/v1/versions/ml/toys-3/accuracy?window=minute"));
        Assert.Equal([$"00:00 86400 4 3 {N(Math.Sqrt(26 / 3.0))} {N(8 / 3.0)} 0 -"], await WindowsAsync(api, "/api/v1/versions/ml/toys-3/accuracy?window=day"));
        Assert.Equal(["13:00 3600 1 1 1 1 1 -"], await WindowsAsync(api, "/api/v1/versions/ml/toys-3/accuracy?after=2026-01-31T13:00:00Z&canary=toys"));
        Assert.Empty(await WindowsAsync(api, "/api/v1/versions/ml/toys-3/accuracy?canary=other"));
        Assert.Empty(await WindowsAsync(api, "/api/v1/versions/other/toys-3/accuracy"));
        Assert.Equal(400, (await api.GetAsync("/api/v1/versions/ml/toys-3/accuracy?window=week")).Status);
    }

    [Theory]
    [InlineData("", "true")]
    [InlineData("?after=2026-01-31T12:00:00Z", "o.at >= $4")]
    [InlineData("?after=2026-01-31T12:00:00Z&before=2026-02-01T00:00:00Z&window=day", "o.at >= $4 AND o.at < $5 + interval '1 day'")]
    public void Bounds_of_windows_are_bounds_of_the_rows_in_them(string question, string expected)
    {
        // A year of predictions is not read for an hour of them.
        var route = ApiRoutes.All.Single(static route => route.Operation == "listVersionAccuracy");
        var (query, _) = ApiQuery.Read(route, static name => name == "namespace" ? "ml" : "toys-3", QueryHelpers.ParseQuery(question));
        Assert.Equal(expected, query!.Sought.Within);
    }

    [PostgresFact]
    public async Task Windows_at_their_bounds_are_whole_or_not_there()
    {
        await using var receiver = await StartAsync(await server.CreateDatabaseAsync());
        foreach (var second in new[] { 0, 3599, 3600, 3601 })
            await receiver.PostAsync(One($"toys-3~{second}", second: second));
        await using var api = await ApiWorld.StartAsync(receiver.Connection);
        foreach (var (window, all) in new[] { ("minute", "12:00 12:59 13:00"), ("hour", "12:00 13:00"), ("day", "00:00") })
        {
            var path = $"/api/v1/versions/ml/toys-3/accuracy?window={window}";
            var windows = await WindowsAsync(api, path);
            Assert.Equal(all, string.Join(' ', windows.Select(static row => row[..5])));
            foreach (var (i, row) in windows.Index())
            {
                var start = $"2026-01-31T{row[..5]}:00";
                Assert.Equal(windows[i..], await WindowsAsync(api, $"{path}&after={start}Z"));
                Assert.Equal(windows[(i + 1)..], await WindowsAsync(api, $"{path}&after={start}.001Z"));
                Assert.Equal(windows[..i], await WindowsAsync(api, $"{path}&before={start}Z"));
                Assert.Equal(windows[..(i + 1)], await WindowsAsync(api, $"{path}&before={start}.001Z"));
            }
        }
    }

    [PostgresFact]
    public async Task Classes_have_an_accuracy_and_only_binary_ones_a_mean_error()
    {
        await using var receiver = await StartAsync(await server.CreateDatabaseAsync());
        foreach (var (kind, rows) in new[] { ("Binary", new[] { (0.9, 1.0), (0.4, 0), (0.6, 0), (0.5, 1) }), ("Multiclass", [(2, 2), (1, 0), (0, 0), (2, 1)]) })
        {
            var version = Toys with { Version = kind == "Binary" ? "toys-1" : "toys-2" };
            foreach (var (i, (prediction, truth)) in rows.Index())
            {
                await receiver.PostAsync(One($"{version.Version}~{i}", prediction, kind), receiver.TokenFor(version));
                await receiver.PostAsync(Truth($"{version.Version}~{i}", truth), receiver.TokenFor(version));
            }
        }

        await using var api = await ApiWorld.StartAsync(receiver.Connection);
        Assert.Equal([$"12:00 3600 4 4 {N(Math.Sqrt((0.01 + 0.16 + 0.36 + 0.25) / 4))} 0.4 0.1 0.75"], await WindowsAsync(api, "/api/v1/versions/ml/toys-1/accuracy"));
        Assert.Equal(["12:00 3600 4 4 - - - 0.5"], await WindowsAsync(api, "/api/v1/versions/ml/toys-2/accuracy"));
    }

    [PostgresFact]
    public async Task Predictions_are_listed_in_order_of_time_page_by_page_and_narrowed()
    {
        await using var receiver = await StartAsync(await server.CreateDatabaseAsync());
        for (var i = 0; i < 12; i++)
            await receiver.PostAsync(One($"toys-3~{11 - i:00}", i, second: i / 2, more: ""","features":{"size":0.5,"grade":null}"""));
        await receiver.PostAsync(Truth("toys-3~03", 7.5));
        await receiver.PostAsync(One("toys-4~x", 1, second: 100), receiver.TokenFor(Toys with { Namespace = "other", Version = "toys-4" }));
        await using var api = await ApiWorld.StartAsync(receiver.Connection);
        var (seen, next) = (new List<string>(), "");
        while (next is not null)
        {
            var (_, page) = await api.GetAsync("/api/v1/predictions?namespace=ml&limit=5" + next);
            seen.AddRange(page!["items"]!.AsArray().Select(static item => (string)item!["id"]!));
            next = page["next"] is { } cursor ? "&cursor=" + cursor : null;
        }

        Assert.Equal(["10", "11", "08", "09", "06", "07", "04", "05", "02", "03", "00", "01"], seen.Select(static id => id[^2..]));
        foreach (var (question, expected) in new[]
        {
            ("?labelled=true", "toys-3~03"), ("?labelled=false&namespace=other", "toys-4~x"), ("?version=toys-4", "toys-4~x"), ("?namespace=ml&model=toys&canary=toys&order=desc&limit=1", "toys-3~01"),
            ("?after=2026-01-31T12:00:05Z&before=2026-01-31T12:01:00Z", "toys-3~00,toys-3~01"), ("?id=toys-3~07", "toys-3~07"), ("?canary=nobody", ""),
        })
            Assert.Equal((question, expected), (question, string.Join(',', await api.ItemsAsync("/api/v1/predictions" + question, "id"))));
        var (_, labelled) = await api.GetAsync("/api/v1/predictions?labelled=true");
        Assert.Equal("8 7.5 0.5 null Regression", string.Join(' ', new[] { "prediction", "truth" }.Select(name => labelled!["items"]![0]![name]!.ToJsonString())) + $" {labelled!["items"]![0]!["features"]!["size"]} {labelled["items"]![0]!["features"]!["grade"]?.ToJsonString() ?? "null"} {labelled["items"]![0]!["kind"]}");
    }

    [PostgresFact]
    public async Task Predictions_take_a_right_of_their_own_and_accuracy_the_right_to_the_version()
    {
        var connection = await server.CreateDatabaseAsync();
        await MigrateAsync(connection);
        var access = new OpenAccess();
        await using var api = await ApiWorld.StartAsync(connection, access);
        await api.GetAsync("/api/v1/predictions?namespace=ml");
        await api.GetAsync("/api/v1/predictions");
        await api.GetAsync("/api/v1/versions/ml/toys-3/accuracy");
        Assert.Equal(["list predictions ml -", "list predictions - -", "get modelversions ml toys-3"], access.Asked);
    }

    [Fact]
    public async Task A_token_that_hands_over_predictions_opens_nothing_of_the_artifact_store()
    {
        await using var store = await ModelOperator.Tests.Artifacts.StoreFixture.StartAsync();
        var digest = Sha256Digest.Of([1]);
        using var put = await store.PutAsync(digest, [1]);
        Assert.True(put.IsSuccessStatusCode);
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head, HttpMethod.Put })
        {
            using var answer = await store.SendAsync(method, digest, store.Tokens.Issue(ArtifactScope.Log(Toys)), method == HttpMethod.Put ? [1] : null);
            Assert.Equal(403, (int)answer.StatusCode);
        }
    }

    private static async Task<List<string>> WindowsAsync(ApiWorld api, string path)
    {
        var (status, body) = await api.GetAsync(path);
        Assert.True(status == 200, $"{path}: {status} {body}");
        return [.. body!["items"]!.AsArray().Select(static item =>
            DateTimeOffset.Parse((string)item!["windowStart"]!, CultureInfo.InvariantCulture).ToUniversalTime().ToString("HH:mm", CultureInfo.InvariantCulture) + " "
            + string.Join(' ', new[] { "windowSeconds", "predictions", "labelled", "rmse", "mae", "bias", "accuracy" }.Select(name => item[name] is JsonValue value ? N(value.GetValue<double>()) : "-")))];
    }

    private static string N(double number) => Math.Round(number, 12).ToString(CultureInfo.InvariantCulture);
}
