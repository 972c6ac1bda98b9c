using System.Text;
using System.Text.Json.Nodes;
using ModelOperator.Artifacts;
using ModelOperator.Tests.Artifacts;

namespace ModelOperator.Tests.Following;

/// <summary>Versions that aliases name, as a model server finds them.</summary>
public sealed class FollowTests : IAsyncLifetime, IDisposable
{
    private readonly HttpClient _http = new();
    private FollowWorld _world = null!;

    private string Folder => Path.Combine(_world.Root, "diamonds");

    private string? Served => new DirectoryInfo(Path.Combine(Folder, "current")).LinkTarget;

    private string[] Folders => [.. Directory.EnumerateDirectories(Folder).Select(static path => Path.GetFileName(path)).Where(static name => name != "current").Order(StringComparer.Ordinal)];

    public async Task InitializeAsync() => _world = await FollowWorld.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task The_link_follows_the_alias_and_a_way_back_needs_no_store()
    {
        string[] names = [await PublishAsync(1), await PublishAsync(2), await PublishAsync(3)];
        var follower = _world.Follower("diamonds@champion", _http);
        _world.Move("diamonds", "champion", "diamonds-1");
        await follower.LookAsync(default);
        Assert.Equal(names[0], Served);
        Assert.Equal("model 1", await File.ReadAllTextAsync(Path.Combine(Folder, "current", "model", "model.json")));
        Assert.Equal("trees 1", await File.ReadAllTextAsync(Path.Combine(Folder, "current", "model", "sub", "trees.ubj")));
        _world.Move("diamonds", "champion", "diamonds-2");
        await follower.LookAsync(default);
        _world.Move("diamonds", "champion", "diamonds-3");
        await follower.LookAsync(default);
        Assert.Equal((names[2], $"{names[1]} {names[2]}"), (Served, string.Join(' ', Folders)));
        await _world.Store.StopAsync();
        _world.Move("diamonds", "champion", "diamonds-2");
        await follower.LookAsync(default);
        Assert.Equal((names[1], $"{names[1]} {names[2]}"), (Served, string.Join(' ', Folders)));
        Assert.Contains("diamonds@champion: diamonds-2 (sha256:", _world.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_document_beside_the_files_has_name_digest_and_signature()
    {
        var signature = new JsonObject { ["inputs"] = new JsonArray(new JsonObject { ["name"] = "carat", ["type"] = "Numeric" }) };
        var digest = await _world.PublishAsync("diamonds", "diamonds-1", Files(1), signature: signature);
        _world.Move("diamonds", "champion", "diamonds-1");
        await _world.Follower("diamonds@latest", _http).LookAsync(default);
        var document = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, "current", "version.json")))!;
        Assert.Equal(("diamonds-1", digest.ToString()), ((string?)document["version"], (string?)document["digest"]));
        Assert.Equal("carat Numeric", $"{document["signature"]!["inputs"]![0]!["name"]} {document["signature"]!["inputs"]![0]!["type"]}");
    }

    [Theory]
    [InlineData("diamonds@champion", "diamonds-9", "diamonds@champion names ModelVersion diamonds-9, which does not exist in namespace team-a")]
    [InlineData("diamonds@champion", "diamonds-2", "diamonds@champion names ModelVersion diamonds-2, which is not Ready")]
    [InlineData("diamonds@other", "diamonds-1", "diamonds@other: no version holds the alias in namespace team-a")]
    [InlineData("diamonds@v7", "diamonds-1", "diamonds@v7 names ModelVersion diamonds-7, which does not exist")]
    [InlineData("houses@champion", "diamonds-1", "houses@champion: there is no Model houses in namespace team-a")]
    public async Task What_cannot_be_followed_is_said_once_and_nothing_is_touched(string followed, string holder, string message)
    {
        await PublishAsync(1);
        await PublishAsync(2, "Failed");
        _world.Move("diamonds", "champion", holder);
        var follower = _world.Follower(followed, _http);
        for (var i = 0; i < 3; i++)
            await follower.LookAsync(default);
        Assert.Contains($"modeloperator follow: {followed}: {message}", _world.Output, StringComparison.Ordinal);
        Assert.Contains("; nothing is served on", Assert.Single(_world.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_world.Root));
    }

    [Fact]
    public async Task Bytes_that_are_not_those_that_were_verified_are_not_served()
    {
        var first = await PublishAsync(1);
        var follower = _world.Follower("diamonds@champion", _http);
        _world.Move("diamonds", "champion", "diamonds-1");
        await follower.LookAsync(default);
        await PublishAsync(2);
        // Edited where no webhook looked, and the operator has not seen it yet.
        _world.Api.SetStatus("modelversions", "team-a", "diamonds-2", new JsonObject { ["phase"] = "Ready", ["verifiedDigest"] = "sha256:" + new string('0', 64) });
        _world.Move("diamonds", "champion", "diamonds-2");
        await follower.LookAsync(default);
        Assert.Equal(first, Served);
        Assert.Contains("diamonds-2, whose digest was changed from sha256:000", _world.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_is_an_alias_that_never_moves()
    {
        var name = await PublishAsync(1);
        await _world.Follower("diamonds@v1", _http).LookAsync(default);
        Assert.Equal(name, Served);
    }

    [Fact]
    public async Task While_the_store_has_not_the_bytes_or_the_API_server_is_away_what_is_served_stays()
    {
        var first = await PublishAsync(1);
        var follower = _world.Follower("diamonds@champion", _http);
        _world.Move("diamonds", "champion", "diamonds-1");
        await follower.LookAsync(default);
        await PublishAsync(2);
        foreach (var file in Files(2).SelectMany(file => Directory.GetFiles(_world.Store.Root, Sha256Digest.Of(file.Item2).Hex + "*", SearchOption.AllDirectories)))
            File.Delete(file);
        _world.Move("diamonds", "champion", "diamonds-2");
        await follower.LookAsync(default);
        Assert.Equal(first, Served);
        Assert.Contains("the artifact store answered 404", _world.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Folders, static name => name.StartsWith("diamonds-2", StringComparison.Ordinal));
        await _world.Api.DisposeAsync();
        await follower.LookAsync(default);
        Assert.Equal(first, Served);
        Assert.Contains("cannot be asked about diamonds@champion", _world.Output, StringComparison.Ordinal);
        Assert.EndsWith($"{first} is served on\n", _world.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_killed_follower_left_behind_is_in_nobodys_way()
    {
        var name = await PublishAsync(1);
        Directory.CreateDirectory(Path.Combine(Folder, ".part", "model"));
        await File.WriteAllTextAsync(Path.Combine(Folder, ".part", "model", "other"), "half");
        Directory.CreateSymbolicLink(Path.Combine(Folder, ".next"), "diamonds-0");
        _world.Move("diamonds", "champion", "diamonds-1");
        await _world.Follower("diamonds@champion", _http).LookAsync(default);
        Assert.Equal(name, Served);
        Assert.Equal(["model", "version.json"], Directory.EnumerateFileSystemEntries(Path.Combine(Folder, name)).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.Equal([name], Folders);
        Assert.False(File.Exists(Path.Combine(Folder, "current", "model", "other")));
    }

    [Fact]
    public async Task A_folder_whose_bytes_were_lost_is_fetched_again()
    {
        var name = await PublishAsync(1);
        _world.Move("diamonds", "champion", "diamonds-1");
        await _world.Follower("diamonds@champion", _http).LookAsync(default);
        var file = Path.Combine(Folder, "current", "model", "sub", "trees.ubj");
        await File.WriteAllTextAsync(file, "");
        await _world.Follower("diamonds@champion", _http).LookAsync(default);
        Assert.Equal((name, "trees 1"), (Served, await File.ReadAllTextAsync(file)));
    }

    [Fact]
    public async Task The_command_follows_several_models_until_it_is_told_to_stop()
    {
        await PublishAsync(1);
        await _world.PublishAsync("houses", "houses-4", Files(4));
        _world.Move("diamonds", "champion", "diamonds-1");
        using var stop = new CancellationTokenSource();
        var command = _world.FollowAsync("diamonds@champion, houses@champion", stop.Token);
        await Eventually.TrueAsync(() => Served is not null);
        _world.Move("houses", "champion", "houses-4");
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(_world.Root, "houses", "current", "version.json")));
        await stop.CancelAsync();
        Assert.Equal(ExitCodes.Done, await command);
    }

    [Theory]
    [InlineData("", "MODELOP_MODELS is not set")]
    [InlineData("diamonds", "MODELOP_MODELS has 'diamonds', allowed is <model>@<alias>")]
    [InlineData("../x@champion", "MODELOP_MODELS has '../x@champion'")]
    [InlineData("diamonds@Champion", "MODELOP_MODELS has 'diamonds@Champion'")]
    [InlineData("diamonds@a,diamonds@b", "allowed are up to 16 models, each once")]
    public async Task A_bad_list_ends_the_command(string models, string message)
    {
        Assert.Equal(ExitCodes.Usage, await _world.FollowAsync(models, default));
        Assert.Contains(message, _world.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_interval_ends_the_command()
    {
        _world.Variables["MODELOP_FOLLOW_SECONDS"] = "0";
        Assert.Equal(ExitCodes.Usage, await _world.FollowAsync("diamonds@champion", default));
        Assert.Contains("MODELOP_FOLLOW_SECONDS is '0', allowed is a whole number from 1 to 3600", _world.Output, StringComparison.Ordinal);
    }

    private static (string, byte[])[] Files(int number) =>
        [("model.json", Encoding.UTF8.GetBytes($"model {number}")), ("sub/trees.ubj", Encoding.UTF8.GetBytes($"trees {number}"))];

    /// <summary>Name of the folder that the version gets.</summary>
    private async Task<string> PublishAsync(int number, string phase = "Ready")
    {
        var digest = await _world.PublishAsync("diamonds", $"diamonds-{number}", Files(number), phase);
        return $"diamonds-{number}.{digest.Hex[..12]}";
    }
}
