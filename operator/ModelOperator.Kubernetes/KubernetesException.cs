using System.Net;

namespace ModelOperator.Kubernetes;

/// <summary>The API server answered, and the answer is not a success. Facts are properties; the message is for people.</summary>
public sealed class KubernetesException : Exception
{
    /// <summary>Carries the server's answer.</summary>
    /// <param name="status">Status object; made up by the client when the server sent none.</param>
    /// <param name="statusCode">HTTP status, or the code of a watch's ERROR event.</param>
    /// <param name="retryAfter">How long the server asks to wait.</param>
    public KubernetesException(V1Status status, HttpStatusCode statusCode, TimeSpan? retryAfter = null)
        : base($"{(int)statusCode} {status.Reason}: {status.Message}")
    {
        Status = status;
        StatusCode = statusCode;
        RetryAfter = retryAfter;
    }

    /// <summary>The server's status object.</summary>
    public V1Status Status { get; }

    /// <summary>HTTP status.</summary>
    public HttpStatusCode StatusCode { get; }

    /// <summary>One of <see cref="KubernetesReasons"/>; never null.</summary>
    public string Reason => Status.Reason is { Length: > 0 } reason ? reason : KubernetesReasons.Unknown;

    /// <summary>How long the server asks to wait; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>404: the object, or its kind, does not exist.</summary>
    public bool IsNotFound => StatusCode == HttpStatusCode.NotFound;

    /// <summary>409: stale version, failed precondition or foreign field manager. See also <see cref="IsAlreadyExists"/>.</summary>
    public bool IsConflict => StatusCode == HttpStatusCode.Conflict && !IsAlreadyExists;

    /// <summary>409 of a create: the name is taken.</summary>
    public bool IsAlreadyExists => Reason == KubernetesReasons.AlreadyExists;

    /// <summary>410: the version or continue token is too old; list again.</summary>
    public bool IsGone => StatusCode == HttpStatusCode.Gone;

    /// <summary>429.</summary>
    public bool IsTooManyRequests => StatusCode == HttpStatusCode.TooManyRequests;

    /// <summary>422: the object breaks validation; a retry will not help.</summary>
    public bool IsInvalid => StatusCode == HttpStatusCode.UnprocessableEntity;

    /// <summary>403: not permitted, or refused by admission.</summary>
    public bool IsForbidden => StatusCode == HttpStatusCode.Forbidden;

    /// <summary>401.</summary>
    public bool IsUnauthorized => StatusCode == HttpStatusCode.Unauthorized;

    /// <summary>Whether the same call may succeed later without a change by the caller: 429 and 5xx.</summary>
    public bool IsTransient => IsTooManyRequests || (int)StatusCode >= 500;
}
