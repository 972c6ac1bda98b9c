using System.Net;
using System.Text;
using System.Text.Json;

namespace ModelOperator.Kubernetes;

/// <summary>Turns an answer that is no success into a <see cref="KubernetesException"/>.</summary>
internal static class ErrorReader
{
    private const int MaxBody = 64 * 1024;
    private const int MaxMessage = 512;

    /// <summary>Reads the body, at most 64 KiB of it.</summary>
    internal static async Task<KubernetesException> ReadAsync(HttpResponseMessage response, TimeProvider time, CancellationToken cancellationToken)
    {
        var body = await ReadBodyAsync(response, cancellationToken);
        var status = TryParse(body) ?? Fallback(response, body);
        return new KubernetesException(status, response.StatusCode, RetryAfter(response, status, time));
    }

    /// <summary>An ERROR event of a watch.</summary>
    internal static KubernetesException FromStatus(V1Status status) =>
        new(
            status,
            (HttpStatusCode)(status.Code ?? 500),
            status.Details?.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null);

    private static async Task<byte[]> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[MaxBody];
        var length = await stream.ReadAtLeastAsync(buffer, MaxBody, throwOnEndOfStream: false, cancellationToken);
        return buffer[..length];
    }

    private static V1Status? TryParse(byte[] body)
    {
        try
        {
            var status = JsonSerializer.Deserialize(body, KubernetesJson.Default.V1Status);
            return status is { Kind: "Status" } && (status.Status is not null || status.Code is not null) ? status : null;
        }
        catch (JsonException)
        {
            return null; // proxies and early filters answer in plain text
        }
    }

    private static V1Status Fallback(HttpResponseMessage response, byte[] body)
    {
        var text = Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, MaxMessage)).Trim();
        return new V1Status
        {
            Status = "Failure",
            Code = (int)response.StatusCode,
            Reason = ReasonOf(response.StatusCode),
            Message = text.Length > 0 ? text : response.ReasonPhrase,
        };
    }

    private static string ReasonOf(HttpStatusCode code) => code switch
    {
        HttpStatusCode.BadRequest => KubernetesReasons.BadRequest,
        HttpStatusCode.Unauthorized => KubernetesReasons.Unauthorized,
        HttpStatusCode.Forbidden => KubernetesReasons.Forbidden,
        HttpStatusCode.NotFound => KubernetesReasons.NotFound,
        HttpStatusCode.MethodNotAllowed => KubernetesReasons.MethodNotAllowed,
        HttpStatusCode.Conflict => KubernetesReasons.Conflict,
        HttpStatusCode.Gone => KubernetesReasons.Gone,
        HttpStatusCode.UnsupportedMediaType => KubernetesReasons.UnsupportedMediaType,
        HttpStatusCode.UnprocessableEntity => KubernetesReasons.Invalid,
        HttpStatusCode.TooManyRequests => KubernetesReasons.TooManyRequests,
        HttpStatusCode.InternalServerError => KubernetesReasons.InternalError,
        HttpStatusCode.ServiceUnavailable => KubernetesReasons.ServiceUnavailable,
        HttpStatusCode.GatewayTimeout => KubernetesReasons.Timeout,
        _ => KubernetesReasons.Unknown,
    };

    private static TimeSpan? RetryAfter(HttpResponseMessage response, V1Status status, TimeProvider time)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => status.Details?.RetryAfterSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null,
        };
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
