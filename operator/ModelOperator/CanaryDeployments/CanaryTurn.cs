using System.Collections.Immutable;

namespace ModelOperator.CanaryDeployments;

/// <summary>An answer to who comes first, good until it is disposed of.</summary>
/// <param name="Ahead">Names of the canaries that come before.</param>
/// <param name="Gate">What keeps others from beginning meanwhile; null when nobody has to be kept.</param>
public sealed record CanaryTurn(ImmutableArray<string> Ahead, SemaphoreSlim? Gate) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Gate?.Release();
}
