namespace ModelOperator.Artifacts;

/// <summary>An upload in parts that was begun and neither completed nor given up.</summary>
/// <param name="Key">Key below the prefix.</param>
/// <param name="Id">The service's name for it.</param>
/// <param name="Begun">When, by the service's clock.</param>
public sealed record UploadInParts(string Key, string Id, DateTimeOffset Begun);
