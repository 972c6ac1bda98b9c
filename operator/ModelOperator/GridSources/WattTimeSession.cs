using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace ModelOperator.GridSources;

/// <summary>Logs in at WattTime by Basic authentication and keeps the token, which lasts half an hour; a refused one is fetched anew once.</summary>
/// <param name="http">Client.</param>
/// <param name="address">Address of the API.</param>
/// <param name="user">User.</param>
/// <param name="password">Password.</param>
/// <param name="time">Clock.</param>
public sealed class WattTimeSession(PoliteHttp http, string address, string user, SecretText password, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(25);

    private readonly SemaphoreSlim gate = new(1, 1);
    private SecretText? token;
    private DateTimeOffset fetched;

    /// <summary>Fetches a document of the API.</summary>
    public async Task<PoliteAnswer> GetAsync(string target, Uri url, CancellationToken cancellationToken)
    {
        for (var fresh = false; ; fresh = true)
        {
            var (bearer, problem) = await TokenAsync(fresh, cancellationToken);
            if (bearer is null)
                return problem!;
            var answer = await http.GetAsync(target, url, headers => headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer.Reveal()), cancellationToken);
            if (answer.Status != HttpStatusCode.Unauthorized || fresh)
                return answer;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => gate.Dispose();

    private async Task<(SecretText? Token, PoliteAnswer? Problem)> TokenAsync(bool fresh, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (!fresh && token is not null && time.GetUtcNow() < fetched + TokenLife)
                return (token, null);
            var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password.Reveal()}"));
            var answer = await http.GetAsync(
                "WattTime (login)", new Uri($"{address}/login"), headers => headers.Authorization = new AuthenticationHeaderValue("Basic", basic), cancellationToken);
            token = Read(answer.Body);
            fetched = time.GetUtcNow();
            return (token, token is null ? answer with { Body = null, Problem = answer.Problem ?? "WattTime (login) gave no token" } : null);
        }
        finally
        {
            gate.Release();
        }
    }

    private static SecretText? Read(ReadOnlyMemory<byte>? body)
    {
        try
        {
            return body is { } bytes && JsonSerializer.Deserialize(bytes.Span, GridWire.Default.WattTimeLogin) is { Token: { Length: > 0 } text } ? new(text) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
