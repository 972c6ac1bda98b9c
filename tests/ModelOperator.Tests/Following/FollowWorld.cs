using System.Text.Json.Nodes;
using ModelOperator.Api;
using ModelOperator.Artifacts;
using ModelOperator.Fakes;
using ModelOperator.Following;
using ModelOperator.Kubernetes;
using ModelOperator.Tests.Artifacts;

namespace ModelOperator.Tests.Following;

/// <summary>An API server with models and versions, a real store that asks it who may read, and a folder that follows aliases.</summary>
public sealed class FollowWorld : IAsyncDisposable
{
    private const string Space = "team-a";
    private const string Token = "pods-token";

    private readonly TempFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly KubernetesClient _client;

    private FollowWorld(FakeApiServer api, StoreFixture store, KubernetesClient client)
    {
        (Api, Store, _client) = (api, store, client);
        Variables = new()
        {
            ["MODELOP_MODELS_DIR"] = Root,
            ["MODELOP_STORE_URL"] = store.Url.ToString(),
            ["MODELOP_STORE_TOKEN_FILE"] = _folder.Write("token", System.Text.Encoding.UTF8.GetBytes(Token + "\n")),
            ["MODELOP_RETRY_SECONDS"] = "0",
            ["MODELOP_FOLLOW_SECONDS"] = "1",
        };
    }

    public FakeApiServer Api { get; }

    public StoreFixture Store { get; }

    public string Root => Path.Combine(_folder.Path, "models");

    public Dictionary<string, string> Variables { get; }

    public string Output => _output.ToString();

    public static async Task<FollowWorld> StartAsync()
    {
        var api = await FakeApiServer.StartAsync();
        api.Register(ModelOperatorDescriptors.Models);
        api.Register(ModelOperatorDescriptors.ModelVersions);
        api.Reviews.Tokens = static token => token == Token
            ? new JsonObject { ["authenticated"] = true, ["user"] = new JsonObject { ["username"] = "server", ["groups"] = new JsonArray() } }
            : new JsonObject { ["authenticated"] = false };
        // The least that a follower may have.
        api.Reviews.Access = static spec => $"{spec["resourceAttributes"]!["verb"]} {spec["resourceAttributes"]!["resource"]} {spec["resourceAttributes"]!["namespace"]}" == $"get artifacts {Space}";
        var client = new KubernetesClient(api.Configuration, new KubernetesClientOptions { MaxRetries = 0 }, TimeProvider.System, new Random(1));
        return new FollowWorld(api, await StoreFixture.StartAsync(authorizer: new KubernetesArtifactAuthorizer(client)), client);
    }

    /// <summary>Uploads files and makes a version of them.</summary>
    public async Task<Sha256Digest> PublishAsync(string model, string version, IEnumerable<(string Path, byte[] Bytes)> files, string phase = "Ready", JsonObject? signature = null)
    {
        var entries = new List<ManifestEntry>();
        foreach (var (path, bytes) in files)
            entries.Add(new ManifestEntry(await Store.StoreAsync(bytes), bytes.Length, path));
        var manifest = ArtifactManifest.Create(entries);
        await Store.StoreAsync(manifest.Bytes.ToArray());
        var spec = new JsonObject { ["model"] = model, ["artifact"] = new JsonObject { ["uri"] = manifest.Digest.Uri, ["digest"] = manifest.Digest.ToString() } };
        if (signature is not null)
            spec["signature"] = signature;
        Api.Add("modelversions", Thing("ModelVersion", version, spec));
        Api.SetStatus("modelversions", Space, version, new JsonObject { ["phase"] = phase });
        return manifest.Digest;
    }

    /// <summary>Moves an alias, as the Model's room does.</summary>
    public void Move(string model, string alias, string version)
    {
        if (Api.Find("models", Space, model) is null)
            Api.Add("models", Thing("Model", model, []));
        Api.SetStatus("models", Space, model, new JsonObject
        {
            ["nextVersion"] = 9,
            ["latestVersion"] = version,
            ["aliases"] = new JsonArray(new JsonObject { ["name"] = alias, ["version"] = version, ["owner"] = "Git" }),
        });
    }

    /// <summary>What runs beside a model server, until it is told to stop.</summary>
    public Task<int> FollowAsync(string models, CancellationToken cancellationToken) => FollowCommand.RunAsync(HostOf(models), [], _client, Space, cancellationToken);

    /// <summary>The same for one model, to look when asked.</summary>
    public ModelFollower Follower(string followed, HttpClient http)
    {
        var host = HostOf(followed);
        var model = FollowedModel.Parse(followed)[0];
        var fetcher = new Fetcher(
            new ArtifactStoreClient(http, new StoreEndpoint(Store.Url, null, Space), TimeProvider.System), http, http,
            new RetryOptions(TimeSpan.Zero, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1)), TimeProvider.System, host.Output);
        return new ModelFollower(model, new AliasReader(_client, Space), fetcher, new VersionFolders(Path.Combine(Root, model.Model)), () => Token, host);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Store.DisposeAsync();
        await Api.DisposeAsync();
        await _output.DisposeAsync();
        _folder.Dispose();
    }

    private TransferHost HostOf(string models)
    {
        var writer = TextWriter.Synchronized(_output);
        Variables["MODELOP_MODELS"] = models;
        return new TransferHost("follow", Variables.GetValueOrDefault, TimeProvider.System, writer, writer);
    }

    private static JsonObject Thing(string kind, string name, JsonObject spec) => new()
    {
        ["apiVersion"] = "modeloperator.io/v1alpha1",
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = Space },
        ["spec"] = spec,
    };
}
