using ModelOperator.Artifacts;
using ModelOperator.RegistryApi;

namespace ModelOperator.RegistryBench;

/// <summary>Lets everybody in, as the API does for ten seconds after it has asked: what is measured is the registry.</summary>
internal sealed class Everybody : IApiAccess
{
    public Task<AccessDecision> KnowsAsync(string bearer, CancellationToken cancellationToken) => Task.FromResult(AccessDecision.Allowed);

    public Task<AccessDecision> MayAsync(string bearer, string verb, string resource, string? namespaceName, string? name, CancellationToken cancellationToken) =>
        Task.FromResult(AccessDecision.Allowed);
}
