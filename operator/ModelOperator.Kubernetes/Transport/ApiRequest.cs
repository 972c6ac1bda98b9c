namespace ModelOperator.Kubernetes;

/// <summary>One request before it is sent; it can be sent more than once.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="PathAndQuery">Path from the server's root, escaped.</param>
/// <param name="Body">Body; empty for none.</param>
/// <param name="ContentType">Media type of the body.</param>
internal sealed record ApiRequest(HttpMethod Method, string PathAndQuery, ReadOnlyMemory<byte> Body = default, string? ContentType = null)
{
    /// <summary>Only reads are repeated after a broken connection: a write may have happened.</summary>
    internal bool IsRead => Method == HttpMethod.Get;
}
