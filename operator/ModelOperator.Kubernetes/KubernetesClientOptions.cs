namespace ModelOperator.Kubernetes;

/// <summary>Behaviour of the client's transport.</summary>
public sealed record KubernetesClientOptions
{
    /// <summary>User agent; its first word is the default field manager. Default: model-operator.</summary>
    public string UserAgent { get; init; } = "model-operator";

    /// <summary>Limit of one request, retries not counted; not for watches. Default: 30 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Limit of one connection attempt. Default: 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Requests per second in the long run; 0 switches the limit off. Default: 200.</summary>
    public double Qps { get; init; } = 200;

    /// <summary>Requests at once after a pause. Default: 400.</summary>
    public int Burst { get; init; } = 400;

    /// <summary>Repetitions after the first attempt. Default: 3.</summary>
    public int MaxRetries { get; init; } = 3;

    /// <summary>Longest Retry-After that is waited for inside a call; a longer one is thrown. Default: 10 s.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>First pause after a broken connection; doubles, with full jitter. Default: 100 ms.</summary>
    public TimeSpan RetryBackoff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long past a watch's own timeout the client waits before it calls the stream half-open. Default: 30 s.</summary>
    public TimeSpan WatchGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Wraps the handler that sends, for example to count requests; nothing when null.</summary>
    public Func<HttpMessageHandler, HttpMessageHandler>? Wrap { get; init; }

    /// <summary>Page size of whole lists. Default: 500.</summary>
    public int PageSize { get; init; } = 500;
}
