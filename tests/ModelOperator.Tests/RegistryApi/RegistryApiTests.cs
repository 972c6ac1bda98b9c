using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ModelOperator.Api;
using ModelOperator.ModelVersions;
using ModelOperator.RegistryApi;
using ModelOperator.Tests.Registry;

namespace ModelOperator.Tests.RegistryApi;

public sealed class RegistryApiTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private static readonly string Train = "sha256:" + new string('b', 64);

    [PostgresFact]
    public async Task Versions_are_found_by_tag_metric_alias_lineage_and_origin()
    {
        await using var world = await ApiWorld.StartAsync(await FilledAsync());
        foreach (var (question, expected) in new[]
        {
            ("", "diamonds-1,diamonds-2,diamonds-3"),
            ("?order=desc", "diamonds-3,diamonds-2,diamonds-1"),
            ("?namespace=ml&model=diamonds", "diamonds-1,diamonds-2,diamonds-3"),
            ("?namespace=other", ""),
            ("?tag=team=a", "diamonds-1,diamonds-2,diamonds-3"),
            ("?tag=team=a&tag=stage=x%3Dy", "diamonds-2"),
            ("?tag=team=b", ""),
            ("?metric=rmse<500", "diamonds-2,diamonds-3"),
            ("?metric=rmse<500&metric=rmse>=460", "diamonds-2"),
            ("?metric=rmse=450", "diamonds-3"),
            ("?metric=note<1", ""),
            // Metrics of slices hold the sign of a comparison in their names.
            ("?metric=rmse@cut=Ideal<500", "diamonds-2,diamonds-3"),
            ("?metric=rmse@cut=Ideal=450", "diamonds-3"),
            ("?alias=champion", "diamonds-2"),
            ("?archived=true", "diamonds-1"),
            ("?archived=false", "diamonds-2,diamonds-3"),
            ($"?dataset={Train}", "diamonds-2"),
            ("?datasetName=train", "diamonds-2"),
            ("?revision=abc123", "diamonds-2"),
            ("?parent=diamonds-2", "diamonds-3"),
            ("?param=eta=0.1&param=rounds=300", "diamonds-2"),
            ("?run=train", "diamonds-2"),
            ("?external=https://elsewhere.example.com/runs/7", "diamonds-3"),
            ($"?artifact={Samples.Digest}&phase=Ready", "diamonds-1,diamonds-2,diamonds-3"),
            ("?createdAfter=2026-01-15T12:00:00Z&createdBefore=2026-01-15T12:00:00.5Z", "diamonds-1,diamonds-2,diamonds-3"),
            ("?createdBefore=2026-01-15T12:00:00Z", ""),
            ("?deleted=only", "diamonds-9"),
            ("?deleted=include&order=desc&limit=1", "diamonds-9"),
            ("?revision=' OR true --", ""),
        })
            Assert.Equal((question, expected), (question, string.Join(',', await world.ItemsAsync("/api/v1/versions" + question, "name"))));
        var (_, held) = await world.GetAsync("/api/v1/models/ml/diamonds/aliases/champion");
        Assert.Equal("diamonds-2", (string?)held!["name"]);
        Assert.Equal("[\"champion\"]", held["aliases"]!.ToJsonString());
        Assert.Equal(480, (double)held["metrics"]!["rmse"]!);
        Assert.Equal(404, (await world.GetAsync("/api/v1/models/ml/diamonds/aliases/nobody")).Status);
    }

    [PostgresFact]
    public async Task Lineage_leads_from_a_version_to_what_made_it_and_what_became_of_it()
    {
        await using var world = await ApiWorld.StartAsync(await FilledAsync());
        var (_, second) = await world.GetAsync("/api/v1/lineage/ml/diamonds-2");
        Assert.Equal("train|trainer@sha256:1|https://git.example.com/a|abc123", $"{second!["run"]}|{second["image"]}|{second["repo"]}|{second["revision"]}");
        Assert.Equal(Train, (string?)second["datasets"]![0]!["digest"]);
        Assert.Equal("[\"diamonds-3\"]", second["children"]!.ToJsonString());
        Assert.Equal("RolledBack", (string?)second["deployments"]![0]!["outcome"]);
        var (_, third) = await world.GetAsync("/api/v1/lineage/ml/diamonds-3");
        Assert.Equal("[\"diamonds-2\",\"diamonds-1\"]", third!["ancestors"]!.ToJsonString());
        Assert.Equal(["diamonds-2"], await world.ItemsAsync($"/api/v1/lineage?dataset={Train}", "version"));
    }

    [PostgresFact]
    public async Task Runs_models_budgets_and_canaries_are_read_with_what_they_went_through()
    {
        await using var world = await ApiWorld.StartAsync(await FilledAsync());
        Assert.Equal(["good"], await world.ItemsAsync("/api/v1/runs?metric=rmse<0.5&param=eta=0.1&phase=Succeeded&revision=abc123", "name"));
        Assert.Equal(["bad", "good"], await world.ItemsAsync("/api/v1/runs?model=diamonds&namespace=ml", "name"));
        var (_, model) = await world.GetAsync("/api/v1/models/ml/diamonds");
        Assert.Equal("{\"champion\":\"diamonds-2\"}", model!["aliases"]!.ToJsonString());
        Assert.Equal((2, 1), ((int)model["training"]!["runs"]!, (int)model["training"]!["failed"]!));
        Assert.Equal(["team"], await world.ItemsAsync("/api/v1/budgets?namespace=ml", "name"));
        Assert.Equal(["platform"], await world.ItemsAsync("/api/v1/clusterbudgets", "name"));
        Assert.Equal(1, (int)(await world.GetAsync("/api/v1/budgets/ml/team")).Body!["heldRuns"]!);
        Assert.Equal(["reserve"], await world.ItemsAsync("/api/v1/budgets/ml/team/ledger?run=good", "kind"));
        Assert.Equal(["5000"], await world.ItemsAsync("/api/v1/budgets/ml/team/windows", "limitMilligrams"));
        Assert.Equal(["diamonds-1"], await world.ItemsAsync("/api/v1/canaries?version=diamonds-2", "stableVersion"));
        Assert.Equal(["RolledBack"], await world.ItemsAsync("/api/v1/canaries/ml/price/outcomes", "outcome"));
        Assert.Equal(["RollBack"], await world.ItemsAsync("/api/v1/canaries/ml/price/decisions", "action"));
    }

    [PostgresFact]
    public async Task Pages_have_every_row_once_whatever_is_added_meanwhile()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var registry = new RegistryWorld(connection);
        for (var i = 1; i <= 23; i++)
            registry.Put(Samples.Version(i * 2));
        await registry.PassAsync();
        await using var world = await ApiWorld.StartAsync(connection);
        foreach (var order in new[] { "asc", "desc" })
        {
            var (seen, next) = (new List<int>(), "");
            for (var page = 0; next is not null; page++)
            {
                var (_, body) = await world.GetAsync($"/api/v1/versions?limit=5&order={order}{next}");
                seen.AddRange(body!["items"]!.AsArray().Select(static item => (int)item!["number"]!));
                next = body["next"] is { } cursor ? "&cursor=" + cursor : null;
                // Behind the page and before it: neither moves what is still to come, and the one before is not seen.
                registry.Put(Samples.Version(order == "asc" ? 1 : 1001));
                await registry.PassAsync();
            }

            var even = Enumerable.Range(1, 23).Select(static i => i * 2).ToList();
            if (order == "desc")
                even.Reverse();
            Assert.Equal(even, seen.Where(static number => number % 2 == 0));
            Assert.Equal(seen.Count, seen.Distinct().Count());
        }

        using var answer = await world.AskAsync("/api/v1/versions?limit=5&tag=team=a");
        var link = answer.Headers.GetValues("Link").Single();
        Assert.Matches("^</api/v1/versions\\?limit=5&tag=team%3Da&cursor=[A-Za-z0-9_-]+>; rel=\"next\"$", link);
        Assert.Equal(["10", "12", "14", "16", "18"], await world.ItemsAsync(link[1..link.IndexOf('>', StringComparison.Ordinal)], "number"));
    }

    [PostgresFact]
    public async Task What_the_caller_has_already_is_not_sent_again()
    {
        await using var world = await ApiWorld.StartAsync(await FilledAsync());
        using var first = await world.AskAsync("/api/v1/versions");
        var tag = first.Headers.ETag!;
        Assert.False(tag.IsWeak);
        foreach (var (given, expected) in new[] { (tag, HttpStatusCode.NotModified), (new EntityTagHeaderValue("\"other\""), HttpStatusCode.OK) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/versions");
            request.Headers.IfNoneMatch.Add(given);
            using var again = await world.Http.SendAsync(request);
            Assert.Equal(expected, again.StatusCode);
            Assert.Equal(tag, again.Headers.ETag);
            Assert.Equal(expected == HttpStatusCode.OK, (await again.Content.ReadAsByteArrayAsync()).Length > 0);
        }

        using var head = await world.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/api/v1/versions"));
        Assert.Equal((HttpStatusCode.OK, first.Content.Headers.ContentLength), (head.StatusCode, head.Content.Headers.ContentLength));
    }

    [PostgresFact]
    public async Task Every_answer_is_as_the_document_says_and_asks_for_the_right_of_its_kind()
    {
        var access = new OpenAccess();
        await using var world = await ApiWorld.StartAsync(await FilledAsync(), access);
        var schemas = ApiDocumentTests.Document()["components"]!["schemas"]!;
        foreach (var route in ApiRoutes.All)
        {
            var held = route.Resource switch { "models" => "diamonds", "modelversions" => "diamonds-2", "trainingruns" => "good", "canarydeployments" => "price", "carbonbudgets" => "team", _ => "platform" };
            var name = route.Path.Contains("aliases", StringComparison.Ordinal) ? "diamonds" : held;
            var path = route.Path.Replace("{namespace}", "ml", StringComparison.Ordinal).Replace("{name}", name, StringComparison.Ordinal).Replace("{alias}", "champion", StringComparison.Ordinal);
            var (status, body) = await world.GetAsync(path);
            Assert.True(status == 200, $"{path}: {status} {body}");
            var items = route.Single ? [body] : body!["items"]!.AsArray().ToList();
            if (route.Operation is not ("listClusterBudgetWindows" or "listClusterBudgetLedger"))
                Assert.NotEmpty(items);
            Assert.All(items, item => Fits(schemas[route.Collection.Schema]!["properties"]!.AsObject(), item!.AsObject(), path));
            var space = route.PathParameters.Contains("namespace") ? "ml" : "-";
            Assert.Equal($"{route.Verb} {route.Resource} {space} {(route.Named is null ? "-" : name)}", access.Asked[^1]);
        }

        await world.GetAsync("/api/v1/runs?namespace=ml");
        Assert.Equal("list trainingruns ml -", access.Asked[^1]);
    }

    [PostgresFact]
    public async Task Problems_are_documents_and_come_before_the_database_is_asked()
    {
        await using var world = await ApiWorld.StartAsync(await FilledAsync());
        foreach (var (path, status, type) in new[]
        {
            ("/api/v1/versions?limit=0", 400, "invalid-parameter"),
            ("/api/v1/versions/ml/diamonds-77", 404, "not-found"),
            ("/api/v1/nothing", 404, "not-found"),
            ("/", 404, "not-found"),
        })
        {
            using var answer = await world.AskAsync(path);
            Assert.Equal((status, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
            var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            Assert.Equal((status, "urn:modeloperator:problem:" + type), ((int)problem["status"]!, (string?)problem["type"]));
        }

        using var post = await world.Http.PostAsync(new Uri("/api/v1/versions", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        world.Http.DefaultRequestHeaders.Authorization = null;
        using var nobody = await world.AskAsync("/api/v1/versions?limit=0");
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        Assert.Equal("Bearer", nobody.Headers.WwwAuthenticate.Single().Scheme);
        // A cursor with a right mark and a wrong key: the only text that goes unjudged into a typed column.
        world.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "anns-token");
        var forged = new ApiCursor(["ml", "diamonds", "seven"]).Write(ApiCursor.Mark("/api/v1/versions"));
        string Odd(string json) => System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(json));
        var mark = ApiCursor.Mark("/api/v1/versions");
        foreach (var cursor in new[]
        {
            forged, Odd($$"""["{{mark}}","ml","\ud800","7"]"""), Odd($$"""["{{mark}}","ml","diamonds",7]"""), Odd($$"""["{{mark}}","ml","diamonds","99999999999999999999"]"""),
            Odd($$"""["{{mark}}","ml",null,"7"]"""), Odd("{}"), Odd("null"), Odd("[["), "%FF", "a", "====",
        })
        {
            var (code, body) = await world.GetAsync("/api/v1/versions?cursor=" + cursor);
            Assert.Equal((cursor, 400, "cursor"), (cursor, code, (string?)body!["parameter"]));
        }

        // Bytes that are no text must not reach the database as such.
        foreach (var odd in new[] { "/api/v1/versions?tag=a=%ED%A0%80", "/api/v1/versions?revision=%ff%fe", "/api/v1/models/ml/diamonds/aliases/%ED%A0%80" })
            Assert.InRange((await world.GetAsync(odd)).Status, 200, 404);
    }

    [PostgresFact]
    public async Task Its_sessions_cannot_write()
    {
        var connection = await FilledAsync();
        await using var database = new ModelOperator.Registry.RegistryDatabase(
            connection, ModelOperator.Registry.RegistryMigrations.Load(), TimeProvider.System, new TextLogger<ModelOperator.Registry.RegistryDatabase>(), rights: ModelOperator.Registry.RegistryRights.Read);
        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => database.ReadAsync(async (open, cancel) =>
        {
            await using var command = new Npgsql.NpgsqlCommand("DELETE FROM aliases", open);
            return await command.ExecuteNonQueryAsync(cancel);
        }, CancellationToken.None));
        Assert.Equal(Npgsql.PostgresErrorCodes.ReadOnlySqlTransaction, refused.SqlState);
    }

    private static void Fits(JsonObject schema, JsonObject item, string path)
    {
        foreach (var (name, value) in item)
        {
            Assert.True(schema.ContainsKey(name), $"{path}: {name} is not in the document");
            var kind = value!.GetValueKind() switch
            {
                System.Text.Json.JsonValueKind.Number => (string?)schema[name]?["type"] == "number" ? "number" : "integer",
                System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => "boolean",
                System.Text.Json.JsonValueKind.Array => "array",
                System.Text.Json.JsonValueKind.Object => "object",
                _ => "string",
            };
            Assert.Equal(((string?)schema[name]!["type"], path + " " + name), (kind, path + " " + name));
            if ((string?)schema[name]!["format"] == "date-time")
                Assert.True(DateTimeOffset.TryParse((string?)value, CultureInfo.InvariantCulture, out _), $"{path}: {name} {value}");
        }
    }

    private async Task<string> FilledAsync()
    {
        var connection = await server.CreateDatabaseAsync();
        await using var registry = new RegistryWorld(connection);
        registry.Put(Metric(Samples.Version(1), "512.5") is var first ? first with { Spec = first.Spec with { Archived = true } } : first);
        var second = Metric(Samples.Version(2, "uid-good"), "480");
        registry.Put(second with
        {
            Spec = second.Spec with
            {
                TrainingRun = new() { Name = "train", Uid = "uid-good" },
                Tags = new Dictionary<string, string> { ["team"] = "a", ["stage"] = "x=y" },
                Lineage = new()
                {
                    Image = "trainer@sha256:1",
                    Source = new() { Repo = "https://git.example.com/a", Revision = "abc123" },
                    Parent = "diamonds-1",
                    Params = new Dictionary<string, string> { ["eta"] = "0.1", ["rounds"] = "300" },
                    Datasets = [new() { Name = "train", Uri = "modelop://x", Digest = Train }],
                },
            },
        });
        var third = Metric(Samples.Version(3), "450");
        registry.Put(third with { Spec = third.Spec with { Lineage = new() { Parent = "diamonds-2" }, External = new ExternalSource { Uri = "https://elsewhere.example.com/runs/7" } } });
        registry.Put(Samples.Version(9));
        registry.Remove(Samples.Version(9));
        registry.Put(Samples.Model(("champion", 2)));
        var good = Samples.Finished("good");
        registry.Put(good with { Spec = good.Spec with { Source = new SourceRevision { Repo = "https://git.example.com/a", Revision = "abc123" } } });
        registry.Put(Samples.Run("bad", ModelOperator.TrainingRuns.TrainingRunPhase.Failed));
        registry.Put(Samples.Budget(("good", 400)));
        var platform = new ModelOperator.CarbonBudgets.V1ClusterCarbonBudget { Metadata = Samples.Meta("platform", "uid-platform") with { NamespaceProperty = null } };
        registry.ClusterBudgets.Put(platform);
        registry.Put(Samples.Canary(Samples.Decision(3, "RollBack", "MetricFailed", "rmse"), Samples.Outcome(3, "RolledBack", "rmse")));
        await registry.PassAsync();
        await registry.Writer.ReconcileAsync(ModelOperator.Registry.RegistryKeys.Of(platform), CancellationToken.None);
        await PostgresServer.ExecuteAsync(connection, """
            INSERT INTO predictions (namespace, canary, id, model, version, at, kind, prediction, label, features)
            VALUES ('ml', 'price', 'diamonds-2~a', 'diamonds', 'diamonds-2', now(), 'Regression', 326.5, 'x', '{"carat": 0.3}');
            INSERT INTO prediction_truths (namespace, canary, id, at, truth, label) VALUES ('ml', 'price', 'diamonds-2~a', now(), 330, 'y');
            """);
        return connection;
    }

    private static V1ModelVersion Metric(V1ModelVersion version, string rmse) =>
        version with { Spec = version.Spec with { Metrics = [new() { Name = "rmse", Value = rmse }, new() { Name = "rmse@cut=Ideal", Value = rmse }, new() { Name = "note", Value = "fine" }] } };
}
