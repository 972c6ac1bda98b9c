using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace ModelOperator.Server.PredictionLogs;

/// <summary>
/// Sends what waits, batch by batch. While the receiver is away the same batch is tried again after 1, 2, 4 … 30 s, the queue fills, and requests go on. On
/// the way out, after the last request was answered, what waits is still sent for a moment.
/// </summary>
internal sealed partial class PredictionSender(ServerOptions options, PredictionLog log, TimeProvider time, ILogger<PredictionSender> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LastPause = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationTokenSource _over = new();
    private readonly HttpClient? _http = options.PredictionLog is null ? null : new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionLifetime = TimeSpan.FromMinutes(2), AllowAutoRedirect = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private Task _loop = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.PredictionLog is { } settings && _http is { } http)
            _loop = Task.Run(() => RunAsync(settings, http), CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        log.Close();
        if (options.PredictionLog is { } settings)
            _over.CancelAfter(settings.Flush);
        await _closing.CancelAsync();
        await _loop.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        _closing.Dispose();
        _over.Dispose();
        _http?.Dispose();
    }

    private async Task RunAsync(PredictionLogOptions settings, HttpClient http)
    {
        var batch = new LogBatch(settings, LogUnknown);
        var taken = new List<LogEntry>(LogBatch.MostRows);
        while (await log.Entries.WaitToReadAsync(CancellationToken.None))
        {
            if (log.Entries.Count < LogBatch.MostRows)
                await PauseAsync(settings.Fill);
            while (taken.Count < LogBatch.MostRows && log.Entries.TryRead(out var entry))
                taken.Add(entry);
            while (taken.Count > 0)
            {
                var (body, count) = batch.Write(taken);
                var isKept = await DeliverAsync(settings, http, body, count);
                foreach (var entry in taken[..count])
                    Settle(entry, isKept);
                taken.RemoveRange(0, count);
            }
        }
    }

    private void Settle(LogEntry entry, bool isKept)
    {
        log.Left(entry);
        if (isKept)
            entry.Receipt?.Keep();
        else
            entry.Receipt?.Fail();
    }

    // Whether all of it is kept: which rows were refused, nobody says.
    private async Task<bool> DeliverAsync(PredictionLogOptions settings, HttpClient http, ReadOnlyMemory<byte> body, int count)
    {
        for (var pause = TimeSpan.FromSeconds(1); !_over.IsCancellationRequested; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var (outcome, refused) = await TryAsync(settings, http, body, count);
            if (outcome != DeliveryOutcome.Away)
            {
                log.Refused(refused);
                log.Sent(count - refused);
                return refused == 0;
            }

            await PauseAsync(pause);
        }

        log.Lost(count);
        return false;
    }

    private async Task<(DeliveryOutcome Outcome, int Refused)> TryAsync(PredictionLogOptions settings, HttpClient http, ReadOnlyMemory<byte> body, int count)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_over.Token);
        limit.CancelAfter(settings.Timeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, settings.Url) { Content = new ReadOnlyMemoryContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.Token);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var outcome = Outcome(answer.StatusCode);
            var text = await TextAsync(answer, limit.Token);
            if (outcome == DeliveryOutcome.Away)
                return Away($"HTTP {(int)answer.StatusCode} {text}");
            var refused = outcome == DeliveryOutcome.Refused ? count : Math.Min(count, RefusedOf(text));
            if (refused > 0)
                LogRefused(refused, count, (int)answer.StatusCode, text);
            if (log.IsAway)
                LogBack();
            log.IsAway = false;
            return (outcome, refused);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or IOException)
        {
            return Away(failure.Message);
        }
    }

    /// <summary>What an answer means: of a token that is refused, too, the key may be put right.</summary>
    internal static DeliveryOutcome Outcome(HttpStatusCode status) => status switch
    {
        >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => DeliveryOutcome.Sent,
        HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity => DeliveryOutcome.Refused,
        _ => DeliveryOutcome.Away,
    };

    private (DeliveryOutcome Outcome, int Refused) Away(string reason)
    {
        if (!log.IsAway)
            LogAway(options.PredictionLog!.Url, reason);
        log.IsAway = true;
        return (DeliveryOutcome.Away, 0);
    }

    // A receipt or a problem: both are short.
    private static async Task<string> TextAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[8192];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return System.Text.Encoding.UTF8.GetString(buffer.AsSpan(0, length));
    }

    private static int RefusedOf(string receipt)
    {
        try
        {
            using var document = JsonDocument.Parse(receipt);
            return document.RootElement.TryGetProperty("refused", out var refused) && refused.TryGetInt32(out var count) ? Math.Max(0, count) : 0;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // Not a receipt; the status said that the batch is kept.
            return 0;
        }
    }

    // Waits, but not for long once nothing new can come, and not at all when time is up.
    private async Task PauseAsync(TimeSpan pause)
    {
        try
        {
            if (_closing.IsCancellationRequested)
                await Task.Delay(pause < LastPause ? pause : LastPause, time, _over.Token);
            else
                await Task.Delay(pause, time, _closing.Token);
        }
        catch (OperationCanceledException)
        {
            // The loop looks at what is left to do.
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Predictions cannot be handed over to {Url}: {Reason}. They wait; those that find no room are dropped and counted")]
    private partial void LogAway(Uri url, string reason);

    [LoggerMessage(2, LogLevel.Information, "Predictions are handed over again")]
    private partial void LogBack();

    [LoggerMessage(4, LogLevel.Warning, "No features are handed over with predictions: {Names} are to be redacted, and the model has no such features")]
    private partial void LogUnknown(string names);

    [LoggerMessage(3, LogLevel.Warning, "{Refused} of {Count} predictions or truths were refused with status {Status}: {Reason}")]
    private partial void LogRefused(int refused, int count, int status, string reason);
}
