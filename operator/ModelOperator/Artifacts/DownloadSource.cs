namespace ModelOperator.Artifacts;

/// <summary>One thing to download and what its failures are called.</summary>
/// <param name="What">Name for progress lines.</param>
/// <param name="Target">The other side, for messages.</param>
/// <param name="UnreachableReason">Reason when the other side cannot be reached.</param>
/// <param name="Request">Makes the request of one try.</param>
/// <param name="Check">Throws what an answer means that is no success.</param>
public sealed record DownloadSource(
    string What, string Target, string UnreachableReason, Func<HttpRequestMessage> Request, Func<HttpResponseMessage, CancellationToken, Task> Check);
