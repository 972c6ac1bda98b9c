using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelOperator.Api;
using ModelOperator.Artifacts;
using ModelOperator.Commands;
using ModelOperator.Kubernetes;

namespace ModelOperator.RegistryApi;

/// <summary>
/// Lets people read here what Kubernetes lets them read: TokenReview for who they are, SubjectAccessReview for get and list on our kinds. Answers hold
/// for ten seconds; tokens are remembered by their hash only. So many questions are under way at once at most; the rest wait for a moment, then are put off: whoever
/// sends token after token costs the API server and everybody's memory no more than that.
/// </summary>
/// <param name="client">API server.</param>
/// <param name="time">Clock.</param>
public sealed class KubernetesApiAccess(IKubernetesClient client, TimeProvider time) : IApiAccess, IDisposable
{
    /// <summary>Questions under way at once.</summary>
    public const int MostQuestions = 32;

    /// <summary>How long an answer holds: a right that was taken away ends here as late as that.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(10);

    private const int Most = 4_096;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim places = new(MostQuestions);
    private readonly BriefCache<V1UserInfo?> users = new(time, Life, Most);
    private readonly BriefCache<bool> rights = new(time, Life, Most);

    /// <inheritdoc/>
    public Task<AccessDecision> KnowsAsync(string bearer, CancellationToken cancellationToken) =>
        AskAsync(async () => await UserAsync(bearer, cancellationToken) is null ? AccessDecision.Unauthenticated("The Kubernetes API server does not accept the token.") : AccessDecision.Allowed);

    /// <inheritdoc/>
    public Task<AccessDecision> MayAsync(string bearer, string verb, string resource, string? namespaceName, string? name, CancellationToken cancellationToken) => AskAsync(async () =>
    {
        if (await UserAsync(bearer, cancellationToken) is not { } user)
            return AccessDecision.Unauthenticated("The Kubernetes API server does not accept the token.");
        var attributes = new V1ResourceAttributes
        {
            Group = ModelOperatorApi.Group,
            Version = ModelOperatorApi.Version,
            Resource = resource,
            Verb = verb,
            NamespaceProperty = namespaceName,
            Name = name,
        };
        var key = string.Join('/', Hash(bearer), verb, resource, namespaceName, name);
        if (await rights.GetAsync(key, () => InTurnAsync(() => AccessReview.AllowsAsync(client, user, attributes, cancellationToken), cancellationToken)))
            return AccessDecision.Allowed;
        var place = namespaceName is null ? "in the whole cluster; one namespace may be named with ?namespace=" : $"in namespace {namespaceName}";
        return AccessDecision.Forbidden($"User {user.Username} may not {verb} {resource}.{ModelOperatorApi.Group} {place}.");
    });

    /// <inheritdoc/>
    public void Dispose() => places.Dispose();

    private static string Hash(string bearer) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(bearer)));

    private static async Task<AccessDecision> AskAsync(Func<Task<AccessDecision>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception failure) when (failure is KubernetesException or KubernetesConfigurationException or HttpRequestException or TimeoutException or IOException or JsonException)
        {
            return AccessDecision.Unknown($"The Kubernetes API server cannot be asked about the token: {failure.Message}");
        }
    }

    private Task<V1UserInfo?> UserAsync(string bearer, CancellationToken cancellationToken) =>
        users.GetAsync(Hash(bearer), () => InTurnAsync(() => AccessReview.UserOfAsync(client, bearer, cancellationToken), cancellationToken));

    private async Task<T> InTurnAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        if (!await places.WaitAsync(Patience, cancellationToken))
            throw new TimeoutException("too many tokens wait for its answer at once");
        try
        {
            return await ask();
        }
        finally
        {
            places.Release();
        }
    }
}
