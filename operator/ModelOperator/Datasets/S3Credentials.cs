namespace ModelOperator.Datasets;

/// <summary>Credentials of an S3 account. Never printed.</summary>
/// <param name="AccessKeyId">Name of the key.</param>
/// <param name="SecretAccessKey">The key.</param>
/// <param name="SessionToken">Token of a temporary key.</param>
public sealed record S3Credentials(string AccessKeyId, string SecretAccessKey, string? SessionToken = null)
{
    /// <inheritdoc/>
    public override string ToString() => nameof(S3Credentials);
}
