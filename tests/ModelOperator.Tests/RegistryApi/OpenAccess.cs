using ModelOperator.Artifacts;
using ModelOperator.RegistryApi;

namespace ModelOperator.Tests.RegistryApi;

/// <summary>Everybody may everything; what was asked is kept.</summary>
internal sealed class OpenAccess : IApiAccess
{
    public List<string> Asked { get; } = [];

    public Task<AccessDecision> KnowsAsync(string bearer, CancellationToken cancellationToken) => Task.FromResult(AccessDecision.Allowed);

    public Task<AccessDecision> MayAsync(string bearer, string verb, string resource, string? namespaceName, string? name, CancellationToken cancellationToken)
    {
        lock (Asked)
            Asked.Add($"{verb} {resource} {namespaceName ?? "-"} {name ?? "-"}");
        return Task.FromResult(AccessDecision.Allowed);
    }
}
