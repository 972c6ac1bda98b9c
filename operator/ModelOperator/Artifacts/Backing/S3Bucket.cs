using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Xml;
using ModelOperator.Datasets;

namespace ModelOperator.Artifacts;

/// <summary>
/// The objects of one bucket, to read and to write. Every call has a limit for the service's silence and is tried again for a bounded time while the service is
/// away; then, or when the service refuses, it is a <see cref="BackingException"/>. No message holds a key or a signature.
/// </summary>
public sealed partial class S3Bucket : IDisposable
{
    private const int MostAnswerBytes = 16 << 20;

    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(5);

    private readonly S3StoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<S3Bucket> _logger;
    private readonly StoreCounters _counters;
    private readonly HttpClient _http;
    private readonly Retry _retry;

    /// <summary>Connects nothing yet.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="time">Clock of signatures and pauses.</param>
    /// <param name="counters">Counts failures.</param>
    /// <param name="logger">Log.</param>
    /// <exception cref="FormatException">The file of authorities holds none.</exception>
    public S3Bucket(S3StoreOptions options, TimeProvider time, StoreCounters counters, ILogger<S3Bucket> logger)
    {
        (_options, _time, _counters, _logger) = (options, time, counters, logger);
        try
        {
            _http = TransferHttp.ForSigned(options.AuthorityFile);
        }
        catch (Exception failure) when (failure is System.Security.Cryptography.CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"MODELOP_STORE_S3_CA_FILE must be a file with PEM certificates; it is '{options.AuthorityFile}': {failure.Message}", failure);
        }

        _retry = new Retry(new RetryOptions(options.RetryWindow, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(3)), time, message =>
        {
            LogRetry(message);
            return Task.CompletedTask;
        });
    }

    /// <summary>For messages.</summary>
    public string Name => $"s3://{_options.Bucket}/{_options.Prefix}";

    /// <summary>Size of an object, or null when there is none.</summary>
    public Task<long?> SizeAsync(string key, CancellationToken cancellationToken) => RunAsync(
        new(HttpMethod.Head, key),
        // An answer that went through something that took its length away says nothing; it does not say that there is none.
        static (response, _) => Task.FromResult<long?>(response.StatusCode == HttpStatusCode.NotFound ? null : response.Content.Headers.ContentLength ?? throw new FormatException("it says no length")),
        cancellationToken,
        missing: true);

    /// <summary>Bytes of an object, or null when there is none.</summary>
    public Task<Stream?> OpenReadAsync(string key, long from, long count, CancellationToken cancellationToken) => RunAsync<Stream?>(
        new(HttpMethod.Get, key) { Range = (from, from + count - 1), KeepsAnswer = true },
        async (response, token) =>
        {
            if (response.StatusCode != HttpStatusCode.NotFound)
                return BeginOf(response) == from ? new S3Body(response, await response.Content.ReadAsStreamAsync(token), _options.Timeout, _time) : throw Elsewhere(response, from);
            response.Dispose();
            return null;
        },
        cancellationToken,
        missing: true);

    /// <summary>Puts an object, whole or not at all.</summary>
    /// <param name="key">Key.</param>
    /// <param name="file">File with its bytes; null for none.</param>
    /// <param name="size">How many.</param>
    /// <param name="hash">Their SHA-256, which the service compares.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task PutAsync(string key, string? file, long size, string hash, CancellationToken cancellationToken) => RunAsync(
        new(HttpMethod.Put, key) { File = file, Count = size, Hash = hash }, static (_, _) => Task.FromResult(true), cancellationToken);

    /// <summary>Deletes an object; one that is not there is no failure.</summary>
    public Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        RunAsync(new(HttpMethod.Delete, key), static (_, _) => Task.FromResult(true), cancellationToken, missing: true);

    /// <summary>All objects below a prefix, page by page.</summary>
    public async IAsyncEnumerable<S3Object> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            var query = new List<KeyValuePair<string, string>> { new("list-type", "2"), new("prefix", _options.Prefix + prefix) };
            if (next is not null)
                query.Add(new("continuation-token", next));
            var page = await AskAsync(new(HttpMethod.Get, null) { Query = query }, S3Xml.ReadListAsync, cancellationToken);
            next = page.Next;
            foreach (var one in page.Objects)
                yield return one with { Key = one.Key[_options.Prefix.Length..] };
        }
        while (next is not null);
    }

    /// <summary>Whether the bucket is there and the key may read it. One try.</summary>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            var query = new KeyValuePair<string, string>[] { new("list-type", "2"), new("prefix", _options.Prefix), new("max-keys", "1") };
            await TryAsync(new(HttpMethod.Get, null) { Query = query, Timeout = ProbeTimeout }, static (response, token) => DocumentAsync(response, S3Xml.ReadListAsync, token), missing: false, cancellationToken);
        }
        catch (TransferException failure)
        {
            throw Away(failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>A call whose answer is a document.</summary>
    private Task<T> AskAsync<T>(S3Call call, Func<Stream, Task<T>> read, CancellationToken cancellationToken) => RunAsync(call, (response, token) => DocumentAsync(response, read, token), cancellationToken);

    private static async Task<T> DocumentAsync<T>(HttpResponseMessage response, Func<Stream, Task<T>> read, CancellationToken cancellationToken)
    {
        await response.Content.LoadIntoBufferAsync(MostAnswerBytes, cancellationToken);
        return await read(await response.Content.ReadAsStreamAsync(cancellationToken));
    }

    private async Task<T> RunAsync<T>(S3Call call, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken, bool missing = false)
    {
        try
        {
            return await _retry.RunAsync($"{call.Method} {Name}{call.Key}", token => TryAsync(call, read, missing, token), static () => 0, cancellationToken);
        }
        catch (TransferException failure)
        {
            throw Away(failure);
        }
    }

    private async Task<T> TryAsync<T>(S3Call call, Func<HttpResponseMessage, CancellationToken, Task<T>> read, bool missing, CancellationToken cancellationToken)
    {
        using var guard = new IdleGuard(call.Timeout ?? _options.Timeout, _time, cancellationToken);
        return await TransferHttp.RunAsync(BackingException.Unavailable, Name, async () =>
        {
            await using var file = call.File is null
                ? null
                : new FileStream(call.File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous) { Position = call.From };
            using var request = Request(call, file, guard);
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, guard.Token);
            try
            {
                if (!response.IsSuccessStatusCode && !(missing && response.StatusCode == HttpStatusCode.NotFound))
                    throw await FailureAsync(call, response, guard.Token);
                return await read(response, guard.Token);
            }
            catch (Exception malformed) when (malformed is XmlException or FormatException or OverflowException)
            {
                throw new TransferException(TransferFailure.Unavailable, BackingException.Unavailable, $"{Name} answered what is no S3 answer: {malformed.Message}", malformed);
            }
            finally
            {
                if (!call.KeepsAnswer || !response.IsSuccessStatusCode)
                    response.Dispose();
            }
        }, cancellationToken);
    }

    private HttpRequestMessage Request(S3Call call, FileStream? file, IdleGuard guard)
    {
        S3Endpoint endpoint;
        try
        {
            endpoint = _options.At();
        }
        catch (FormatException gone)
        {
            throw new TransferException(TransferFailure.NotFound, BackingException.Refused, gone.Message, gone);
        }

        var request = S3Requests.Create(endpoint, _time.GetUtcNow(), call.Method, _options.Bucket, call.Key is null ? "" : _options.Prefix + call.Key, call.Query, call.Hash);
        if (call.Range is var (from, to))
            request.Headers.Range = new(from, to);
        if (file is not null)
            request.Content = new UploadContent(file, call.Count, guard, static _ => { });
        else if (call.Text is { } text)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        else if (call.Method == HttpMethod.Put || call.Method == HttpMethod.Post)
            request.Content = new ByteArrayContent([]);
        return request;
    }

    private async Task<TransferException> FailureAsync(S3Call call, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var code = await CodeAsync(response, cancellationToken);
        var answer = $"{Name}{call.Key}: {call.Method} was answered {status.ToString(CultureInfo.InvariantCulture)} {code}";
        return (response.StatusCode, TransferHttp.Classify(response.StatusCode)) switch
        {
            // 400 where the body came too slowly and 409 where another request was in the way: the next try may do.
            _ when code is "RequestTimeout" or "OperationAborted" => new TransferException(TransferFailure.Unavailable, BackingException.Unavailable, answer),
            (_, TransferFailure.Unavailable) => new TransferException(TransferFailure.Unavailable, BackingException.Unavailable, answer),
            (HttpStatusCode.NotFound, _) => new TransferException(TransferFailure.NotFound, BackingException.Refused, $"{answer}: there is no such bucket or upload"),
            (_, TransferFailure.Denied) => new TransferException(TransferFailure.NotFound, BackingException.Refused, $"{answer}: the key in MODELOP_STORE_S3_CREDENTIALS is wrong or lacks a right"),
            _ => new TransferException(TransferFailure.NotFound, BackingException.Refused, $"{answer}: check MODELOP_STORE_S3_ENDPOINT, _REGION and _PATH_STYLE"),
        };
    }

    /// <summary>The service's own word for its refusal; nothing else of the answer, which may repeat the key.</summary>
    private static async Task<string> CodeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(MostAnswerBytes, cancellationToken);
            var (_, leaves) = await S3Xml.ReadAsync(await response.Content.ReadAsStreamAsync(cancellationToken), "Code");
            return leaves.Count > 0 ? leaves[0].Value : response.ReasonPhrase ?? "";
        }
        catch (Exception failure) when (failure is XmlException or HttpRequestException or IOException)
        {
            return response.ReasonPhrase ?? "";
        }
    }

    /// <summary>First byte of what an answer has: a part says it, and what is no part is the whole, also where a part was asked for.</summary>
    private static long? BeginOf(HttpResponseMessage response) => response.StatusCode == HttpStatusCode.PartialContent ? response.Content.Headers.ContentRange?.From : 0;

    private static FormatException Elsewhere(HttpResponseMessage response, long from)
    {
        var begin = BeginOf(response)?.ToString(CultureInfo.InvariantCulture) ?? "where it does not say";
        response.Dispose();
        return new FormatException($"bytes from {from.ToString(CultureInfo.InvariantCulture)} on were asked for, and what came begins at {begin}");
    }

    private BackingException Away(TransferException failure)
    {
        _counters.BackingFailed();
        return new BackingException(failure.Reason, failure.Message, failure);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Message}")]
    private partial void LogRetry(string message);
}
