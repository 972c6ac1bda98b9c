// registrybench VERSIONS: fills the database that MODELOP_POSTGRES names with so many versions, by the operator's own writer, then measures one registration
// after another, three at a time, and questions to the API over HTTP. Prints "name count p50 p99 max" in milliseconds.
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Registry;
using ModelOperator.RegistryApi;
using ModelOperator.RegistryBench;

var count = int.Parse(args[0], CultureInfo.InvariantCulture);
var connection = Environment.GetEnvironmentVariable("MODELOP_POSTGRES")!;
var models = Math.Max(1, count / 100);
var contents = new Contents(models);
await using var database = new RegistryDatabase(connection, RegistryMigrations.Load(), TimeProvider.System, NullLogger<RegistryDatabase>.Instance);

var began = Stopwatch.StartNew();
foreach (var chunk in Enumerable.Range(0, count).Chunk(200))
    await WriteAsync([.. chunk.SelectMany(i => ModelRows.Of(contents.Version(i), null))]);
for (var model = 0; model < models; model++)
    await WriteAsync([.. ModelRows.Of(Contents.Model(model, 7), name => contents.Version(model + (6 * models)) is var version && version.Metadata.Name == name ? version : null, null)]);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"# {count} versions of {models} models written in {began.Elapsed.TotalSeconds:0} s"));

// As autovacuum does some time after a load.
await database.ReadAsync(async (open, cancel) =>
{
    await using var analyze = new Npgsql.NpgsqlCommand("ANALYZE", open) { CommandTimeout = 120 };
    return await analyze.ExecuteNonQueryAsync(cancel);
}, CancellationToken.None);

var next = count;
await MeasureAsync("register", 1_000, 1, _ => WriteAsync([.. ModelRows.Of(contents.Version(Interlocked.Increment(ref next) - 1), null)]));
await MeasureAsync("register-3-at-once", 1_500, 3, _ => WriteAsync([.. ModelRows.Of(contents.Version(Interlocked.Increment(ref next) - 1), null)]));

var api = ApiServer.Build(new ApiOptions(connection, "http://127.0.0.1:0"), new Everybody(), TimeProvider.System);
await using (api)
{
    await api.StartAsync();
    using var http = new HttpClient { BaseAddress = new Uri(api.Urls.First()) };
    http.DefaultRequestHeaders.Authorization = new("Bearer", "bench");
    Task Ask(string path) => http.GetByteArrayAsync(new Uri(path, UriKind.Relative));
    string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    await MeasureAsync("alias", 3_000, 1, i => Ask($"/api/v1/models/bench/{Contents.ModelName(i * 31 % models)}/aliases/champion"));
    await MeasureAsync("tag-one", 1_000, 1, i => Ask($"/api/v1/versions?namespace=bench&tag=build=b{Text(i * 97 % count)}"));
    await MeasureAsync("tag-1-percent", 500, 1, i => Ask($"/api/v1/versions?namespace=bench&tag=team=team-{Text(i % 97)}"));
    await MeasureAsync("tag-two-of-them", 500, 1, i => Ask($"/api/v1/versions?namespace=bench&tag=team=team-{Text(i % 97)}&tag=stage=approved"));
    await MeasureAsync("tag-20-percent", 500, 1, _ => Ask("/api/v1/versions?namespace=bench&tag=stage=tested&order=desc"));
    await MeasureAsync("tag-none", 500, 1, i => Ask($"/api/v1/versions?tag=build=none-{Text(i)}"));
    await MeasureAsync("metric-0.1-percent", 500, 1, i => Ask($"/api/v1/versions?namespace=bench&metric=validation_rmse<1&limit={Text(1 + (i % 50))}"));
    await MeasureAsync("metric-half", 500, 1, _ => Ask("/api/v1/versions?namespace=bench&metric=validation_rmse<500"));
    await MeasureAsync("metric-and-tag", 500, 1, i => Ask($"/api/v1/versions?namespace=bench&metric=validation_rmse<100&tag=team=team-{Text(i % 97)}"));
    await MeasureAsync("dataset", 500, 1, i => Ask($"/api/v1/versions?namespace=bench&dataset={Contents.DigestOf("data" + Text(i % (count / 50)))}"));
    await MeasureAsync("revision", 500, 1, i => Ask($"/api/v1/versions?namespace=bench&revision={Contents.DigestOf("revision" + Text(i % (count / 20)))[7..47]}"));
    await MeasureAsync("lineage", 500, 1, i => Ask($"/api/v1/lineage/bench/{Contents.ModelName(i % models)}-5"));
    await MeasureAsync("one-model", 500, 1, i => Ask($"/api/v1/versions?namespace=bench&model={Contents.ModelName(i % models)}"));
}

async Task WriteAsync(IReadOnlyList<RegistryRow> rows)
{
    if (await database.WriteAsync("bench", rows, CancellationToken.None) is not RegistryWriteResult.Written and var result)
        throw new InvalidOperationException($"The rows were not written: {result}.");
}

static async Task MeasureAsync(string name, int times, int atOnce, Func<int, Task> act)
{
    for (var i = 0; i < 20; i++)
        await act(i);
    var took = new double[times];
    var at = -1;
    await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async _ =>
    {
        for (var i = Interlocked.Increment(ref at); i < times; i = Interlocked.Increment(ref at))
        {
            var start = Stopwatch.GetTimestamp();
            await act(i);
            took[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
    }));
    Array.Sort(took);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {times} {took[times / 2]:0.00} {took[(int)(times * 0.99)]:0.00} {took[^1]:0.00}"));
}
