using System.Net;
using System.Text;
using System.Text.Json;
using ModelOperator.Metrics;

namespace ModelOperator.CanaryDeployments;

/// <summary>Posts JSON to addresses that users name, by the rules of <see cref="ProviderConnections"/>: no redirects, nothing link-local, Secrets by consent.</summary>
/// <param name="connections">Ways out.</param>
/// <param name="time">Clock.</param>
public sealed class HttpWebhookSender(ProviderConnections connections, TimeProvider time) : IWebhookSender
{
    private const int MaxBytes = 8192;
    private const int MaxCharacters = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public Task<WebhookAnswer> SendAsync(CanaryWebhook hook, WebhookCall call, CancellationToken cancellationToken) => PostAsync(
        new(hook.Url, call.Namespace, hook.HeadersFrom, TimeSpan.FromSeconds(hook.CallTimeoutSeconds), hook.Retries),
        call.Id,
        JsonSerializer.SerializeToUtf8Bytes(call, WebhookJson.Default.WebhookCall),
        cancellationToken);

    /// <summary>Posts a body; everything that can happen is an answer, never an exception.</summary>
    internal async Task<WebhookAnswer> PostAsync(WebhookTarget target, string id, byte[] body, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var (answer, again) = await OnceAsync(target, id, body, cancellationToken).ConfigureAwait(false);
            if (!again || attempt >= target.Retries)
                return answer;
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested)
                return answer;
        }
    }

    private async Task<(WebhookAnswer Answer, bool Again)> OnceAsync(WebhookTarget target, string id, byte[] body, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(target.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        WebhookAnswer Nobody(string problem) => new(id, CanaryWebhookState.Unreachable, problem);
        try
        {
            var way = await connections.OpenAsync(target.Access, either.Token).ConfigureAwait(false);
            if (way.Problem is { } problem)
                return (Nobody(problem), false);
            (var url, way) = target.On(way);
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
            request.Headers.TryAddWithoutValidation("X-Modelop-Call", id);
            way.Sign(request);
            using var response = await way.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            var text = await BeginningAsync(response, either.Token).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
                return (new(id, CanaryWebhookState.Yes, text), false);
            var said = $"HTTP {(int)response.StatusCode}{(text.Length > 0 ? ": " : "")}{text}";
            // A service that is broken or busy has not answered the question.
            return (int)response.StatusCode >= 500 || response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
                ? (Nobody(said), true)
                : (new(id, CanaryWebhookState.No, said), false);
        }
        catch (OperationCanceledException)
        {
            return (Nobody($"no answer within {target.Timeout.TotalSeconds} s"), false);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return (Nobody($"cannot be reached: {failure.Message}"), true);
        }
        catch (Exception wrong) when (wrong is UriFormatException or NotSupportedException or InvalidOperationException)
        {
            return (Nobody("its url is no http address"), false);
        }
    }

    /// <summary>The first characters of an answer, on one line.</summary>
    private static async Task<string> BeginningAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = stream.ConfigureAwait(false);
        var buffer = new byte[MaxBytes];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        var text = Encoding.UTF8.GetString(buffer, 0, length).Trim();
        var line = string.Create(Math.Min(text.Length, MaxCharacters), text, static (span, whole) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsControl(whole[i]) ? ' ' : whole[i];
        });
        return line.Length > 0 && char.IsHighSurrogate(line[^1]) ? line[..^1] : line;
    }
}
