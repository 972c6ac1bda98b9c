using ModelOperator.Artifacts;

namespace ModelOperator.RegistryApi;

/// <summary>Decides who may read what.</summary>
public interface IApiAccess
{
    /// <summary>Whether the token is somebody's; never throws for an unreachable authority, answers 503 instead.</summary>
    /// <param name="bearer">Token.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    Task<AccessDecision> KnowsAsync(string bearer, CancellationToken cancellationToken);

    /// <summary>Whether its owner may read objects of a kind.</summary>
    /// <param name="bearer">Token.</param>
    /// <param name="verb">get or list.</param>
    /// <param name="resource">Plural of the kind.</param>
    /// <param name="namespaceName">Namespace; the whole cluster when null.</param>
    /// <param name="name">Object; any when null.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    Task<AccessDecision> MayAsync(string bearer, string verb, string resource, string? namespaceName, string? name, CancellationToken cancellationToken);
}
