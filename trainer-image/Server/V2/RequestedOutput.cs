namespace ModelOperator.Server.V2;

/// <summary>An output that a request names.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsBinary">Whether it should stand behind the JSON; as the request says of all when null.</param>
internal readonly record struct RequestedOutput(string Name, bool? IsBinary);
