using ModelOperator.Artifacts;

namespace ModelOperator.Following;

/// <summary>Gives a model server the version that one alias names, and the next one when the alias moves.</summary>
/// <param name="followed">Model and alias.</param>
/// <param name="aliases">Says which version that is.</param>
/// <param name="fetcher">Reads bytes from the artifact store.</param>
/// <param name="folders">Where they go.</param>
/// <param name="token">Token for the store; read anew for every version, since a Pod's token is renewed while it runs.</param>
/// <param name="host">Console.</param>
public sealed class ModelFollower(FollowedModel followed, AliasReader aliases, Fetcher fetcher, VersionFolders folders, Func<string?> token, TransferHost host)
{
    // What this process has seen the bytes of.
    private string? _served;
    private string? _complaint;

    /// <summary>Looks once. What goes wrong is printed once, changes nothing that is served, and is tried again the next time.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        string? problem = null;
        try
        {
            var version = await aliases.ReadAsync(followed, cancellationToken);
            if (_served != version.Folder)
                await ServeAsync(version, cancellationToken);
        }
        catch (Exception failure) when (failure is TransferException or IOException or UnauthorizedAccessException)
        {
            problem = failure.Message;
        }

        if (problem is not null && problem != _complaint)
            await host.Errors.WriteLineAsync($"modeloperator follow: {followed}: {problem}; {folders.Served ?? "nothing"} is served on");
        _complaint = problem;
    }

    private async Task ServeAsync(FollowedVersion version, CancellationToken cancellationToken)
    {
        if (!await folders.HasAsync(version, cancellationToken))
        {
            var item = new FetchItem { Name = version.Name, Uri = version.Digest.Uri, Digest = version.Digest.ToString(), Dir = folders.Begin(), Token = token() };
            await fetcher.FetchAsync(item, cancellationToken);
            folders.Finish(version);
        }

        if (folders.Served != version.Folder)
            folders.Serve(version);
        _served = version.Folder;
        await host.Output.WriteLineAsync($"{followed}: {version.Name} ({version.Digest}) is there to be served");
    }
}
