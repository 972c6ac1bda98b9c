using System.Net.Http.Headers;
using ModelOperator.Api;
using ModelOperator.Artifacts;
using ModelOperator.Operator.Tests.Scenarios;
using ModelOperator.Operator.Tests.World;

namespace ModelOperator.Operator.Tests;

/// <summary>Garbage collection as a whole operator and a whole store do it.</summary>
public sealed class ArtifactCollectionTests
{
    [Fact]
    public Task What_an_object_names_stays_and_the_rest_goes_at_the_appointed_time() => CollectAsync(() => ToyWorld.FakeAsync());

    [RealClusterFact]
    public Task What_an_object_names_stays_and_the_rest_goes_on_a_real_server() => CollectAsync(() => ToyWorld.RealAsync(speed: 5));

    private static async Task CollectAsync(Func<Task<ToyWorld>> newWorld)
    {
        var folder = Directory.CreateTempSubdirectory("modelop-store-");
        try
        {
            var keyFile = Path.Combine(folder.FullName, "key");
            await File.WriteAllBytesAsync(keyFile, OperatorInstance.Key);
            var options = new ArtifactStoreOptions(Path.Combine(folder.FullName, "store"), "http://127.0.0.1:0", keyFile) { Collection = CollectionMode.Delete };
            await using var store = await ArtifactStoreServer.BuildAsync(options, null, TimeProvider.System, CancellationToken.None);
            await store.StartAsync();
            var url = new Uri(store.Urls.First());
            var (named, garbage) = (await PutOldAsync(url, options.Root, "named"u8.ToArray()), await PutOldAsync(url, options.Root, "garbage"u8.ToArray()));

            await using var world = await newWorld();
            var version = Objects.Version("prices", 1);
            version.Metadata.Annotations = new Dictionary<string, string> { ["made-from"] = named.Uri };
            await world.CreateAsync(ModelOperatorDescriptors.ModelVersions, version);
            await using var instance = await OperatorInstance.StartAsync(world, options: OperatorInstance.Options with { StoreUrl = url.ToString(), CollectArtifactsEvery = TimeSpan.FromHours(6) });
            var looks = 0;
            await world.UntilAsync(() =>
            {
                // Now and then: a pass that is under way has time to come to its end.
                if (looks++ % 200 == 0)
                    ((FastTime)world.Time).Jump(TimeSpan.FromMinutes(11));
                return Task.FromResult(IsThere(options.Root, garbage) ? "the garbage is still there" : null);
            });
            Assert.True(IsThere(options.Root, named));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<Sha256Digest> PutOldAsync(Uri url, string root, byte[] body)
    {
        var digest = Sha256Digest.Of(body);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", new ArtifactTokens(OperatorInstance.Key).Issue(ArtifactScope.Admin));
        using var answer = await http.PutAsync(new Uri(url, $"/v1/blobs/sha256/{digest.Hex}"), new ByteArrayContent(body));
        answer.EnsureSuccessStatusCode();
        File.SetLastWriteTimeUtc(PathOf(root, digest), DateTime.UnixEpoch);
        return digest;
    }

    private static bool IsThere(string root, Sha256Digest digest) => File.Exists(PathOf(root, digest));

    private static string PathOf(string root, Sha256Digest digest) => Path.Combine(root, "blobs", "sha256", digest.Hex[..2], digest.Hex);
}
