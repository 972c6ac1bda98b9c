using System.Net;
using System.Net.Http.Headers;

namespace ModelOperator.GridSources;

/// <summary>
/// GET with manners: each try within ten seconds, at most three tries for broken connections and 5xx, 429 and 503 wait as long as Retry-After says (tried
/// again here only when that is short), answers of at most four megabytes. What comes back never holds a header, so no token can leak into a text.
/// </summary>
/// <param name="http">Client without a base address.</param>
/// <param name="time">Clock.</param>
public sealed class PoliteHttp(HttpClient http, TimeProvider time)
{
    private const int Tries = 3;
    private const int MaxBytes = 4 << 20;
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    /// <summary>Longest wait for one answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Pause before the second try; doubled before the third.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest Retry-After that is waited for in place.</summary>
    public TimeSpan ShortWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Fetches a body.</summary>
    /// <param name="target">The other side, for people.</param>
    /// <param name="url">Address.</param>
    /// <param name="authorize">Puts credentials on the request, or null.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<PoliteAnswer> GetAsync(string target, Uri url, Action<HttpRequestHeaders>? authorize, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (answer, again) = await OnceAsync(target, url, authorize, cancellationToken);
            if (!again || attempt == Tries)
                return answer;
            var wait = answer.RetryAfter ?? Pause * (1 << (attempt - 1));
            if (answer.RetryAfter > ShortWait)
                return answer;
            await Task.Delay(wait, time, cancellationToken);
        }
    }

    private async Task<(PoliteAnswer Answer, bool Again)> OnceAsync(string target, Uri url, Action<HttpRequestHeaders>? authorize, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Accept.ParseAdd("application/json");
            authorize?.Invoke(request.Headers);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.IsSuccessStatusCode)
            {
                await response.Content.LoadIntoBufferAsync(MaxBytes, either.Token);
                return (new(await response.Content.ReadAsByteArrayAsync(either.Token), response.StatusCode), false);
            }

            var problem = $"{target} answered HTTP {(int)response.StatusCode}{Advice(response.StatusCode)}";
            return (new(null, response.StatusCode, problem, RetryAfter(response.Headers.RetryAfter)), response.StatusCode is HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (new(null, null, $"{target} did not answer within {Timeout.TotalSeconds} s"), true);
        }
        catch (HttpRequestException big) when (big.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            return (new(null, null, $"{target} answered more than {MaxBytes} bytes"), false);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return (new(null, null, $"{target} cannot be reached: {broken.Message}"), true);
        }
    }

    private static string Advice(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => ": its credentials are wrong or have ended",
        HttpStatusCode.Forbidden => ": the account has no right to this zone or signal",
        HttpStatusCode.NotFound => ": it does not know this zone",
        HttpStatusCode.TooManyRequests => ": too many requests",
        _ => "",
    };

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : null);
        if (wait is not { } asked)
            return null;
        return asked < TimeSpan.Zero ? TimeSpan.Zero : asked > LongestRetryAfter ? LongestRetryAfter : asked;
    }
}
