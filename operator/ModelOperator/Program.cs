using ModelOperator.Artifacts;

return args switch
{
    ["store", .. var rest] => await ArtifactStoreCommand.RunAsync(rest, client: null, CancellationToken.None),
    ["fetch", .. var rest] => await FetchCommand.RunAsync(rest, CancellationToken.None),
    ["publish", .. var rest] => await PublishCommand.RunAsync(rest, CancellationToken.None),
    _ => 64,
};
