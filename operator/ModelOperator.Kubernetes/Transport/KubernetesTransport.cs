using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;

namespace ModelOperator.Kubernetes;

/// <summary>Sends requests: rate limit, credentials, timeout, bounded retry, typed errors. Thread-safe.</summary>
internal sealed class KubernetesTransport : IDisposable
{
    private static readonly MediaTypeWithQualityHeaderValue Json = new("application/json");

    private readonly KubernetesClientConfiguration _configuration;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly Lock _randomLock = new();
    private readonly HttpMessageInvoker _http;
    private readonly TokenBucket _bucket;
    private readonly string _root;

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "the invoker disposes its handler")]
    internal KubernetesTransport(
        KubernetesClientConfiguration configuration, KubernetesClientOptions options, TimeProvider time, Random random, HttpMessageHandler? handler)
    {
        _configuration = configuration;
        Options = options;
        _time = time;
        _random = random;
        _bucket = new TokenBucket(options.Qps, options.Burst, time);
        _root = configuration.Host.AbsoluteUri.TrimEnd('/');
        var sender = handler ?? ApiServerHandler.Create(configuration, options);
        _http = new HttpMessageInvoker(options.Wrap?.Invoke(sender) ?? sender, disposeHandler: handler is null);
    }

    internal KubernetesClientOptions Options { get; }

    public void Dispose() => _http.Dispose();

    /// <summary>A random number in [0, 1), from the injected source.</summary>
    [SuppressMessage("Security", "CA5394:Do not use insecure randomness", Justification = "jitter, no secret")]
    internal double NextRandom()
    {
        lock (_randomLock)
            return _random.NextDouble();
    }

    /// <summary>Sends and reads the body within the request timeout; repeats by <see cref="RetryRules"/>.</summary>
    internal async Task<TResult> SendAsync<TResult>(
        ApiRequest request, Func<Stream, CancellationToken, ValueTask<TResult>> read, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan delay;
            try
            {
                return await AttemptAsync(request, read, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested
                && RetryRules.NextDelay(request, e, attempt, Options, NextRandom()) is { } next)
            {
                delay = next;
            }

            await Task.Delay(delay, _time, cancellationToken);
        }
    }

    /// <summary>
    /// Sends and hands the response over with its body unread. The request timeout holds until the headers are there;
    /// after that only the token ends it.
    /// </summary>
    internal async Task<HttpResponseMessage> OpenAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Options.RequestTimeout, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await SendCheckedAsync(request, linked.Token);
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw TimedOut(request, e);
        }
    }

    private async Task<TResult> AttemptAsync<TResult>(
        ApiRequest request, Func<Stream, CancellationToken, ValueTask<TResult>> read, CancellationToken cancellationToken)
    {
        await _bucket.TakeAsync(cancellationToken);
        using var timeout = new CancellationTokenSource(Options.RequestTimeout, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var response = await SendCheckedAsync(request, linked.Token);
            await using var body = await response.Content.ReadAsStreamAsync(linked.Token);
            return await read(body, linked.Token);
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw TimedOut(request, e);
        }
    }

    private async Task<HttpResponseMessage> SendCheckedAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var credential = await _configuration.Credentials.GetAsync(cancellationToken);
        var response = await SendOnceAsync(request, credential, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            // A rotated token or a refreshed exec credential is worth one more try; the server did nothing.
            _configuration.Credentials.Invalidate(credential);
            var fresh = await _configuration.Credentials.GetAsync(cancellationToken);
            if (fresh != credential)
            {
                response.Dispose();
                response = await SendOnceAsync(request, fresh, cancellationToken);
            }
        }

        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await ErrorReader.ReadAsync(response, _time, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendOnceAsync(ApiRequest request, KubernetesCredential credential, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, _root + request.PathAndQuery)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.Accept.Add(Json);
        message.Headers.TryAddWithoutValidation("User-Agent", Options.UserAgent);
        if (_configuration.TlsServerName is { Length: > 0 } name)
            message.Headers.Host = name; // SocketsHttpHandler takes the TLS name from it
        if (credential.Token is { } token)
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (!request.Body.IsEmpty)
        {
            message.Content = new ReadOnlyMemoryContent(request.Body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType ?? "application/json");
        }

        try
        {
            return await _http.SendAsync(message, cancellationToken);
        }
        catch (OperationCanceledException unconnected) when (!cancellationToken.IsCancellationRequested)
        {
            // So the handler tells a connection that took too long: nobody cancelled anything, and nothing was sent.
            throw new HttpRequestException(
                HttpRequestError.ConnectionError, $"{request.Method} {request.PathAndQuery}: no connection within {Options.ConnectTimeout.TotalSeconds:0.###} s", unconnected);
        }
    }

    private TimeoutException TimedOut(ApiRequest request, Exception inner) =>
        new($"{request.Method} {request.PathAndQuery}: no answer within {Options.RequestTimeout.TotalSeconds:0.###} s", inner);
}
