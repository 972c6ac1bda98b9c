using System.Net;
using System.Text.Json;
using System.Threading.Channels;

namespace ModelOperator.LoadGen;

/// <summary>
/// Open-loop load: a request is due every 1/rate seconds, whether or not the last ones have been answered, up to a bound of open requests.
/// Truth goes back in batches, once a second.
/// </summary>
internal sealed class LoadRun(LoadOptions options, TableRows rows, Tally tally, TimeProvider time) : IDisposable
{
    private const int MostOpen = 256;
    private const int MostBatch = 300;
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FeedbackEvery = TimeSpan.FromSeconds(1);

    private readonly long _started = time.GetTimestamp();
    private readonly SemaphoreSlim _open = new(MostOpen);
    private readonly Uri _predict = new(options.Url, "predict");
    private readonly Uri _feedback = new(options.Url, "feedback");
    private readonly Channel<(string Id, double Truth)> _truths = Channel.CreateUnbounded<(string, double)>();
    private readonly HttpClient _client = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromSeconds(30), UseProxy = false })
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    internal async Task RunAsync(CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (options.Duration > TimeSpan.Zero)
            end.CancelAfter(options.Duration);
        var feedback = EveryAsync(FeedbackEvery, SendTruthsAsync, end.Token);
        var report = EveryAsync(ReportEvery, () => Console.Error.WriteLineAsync(tally.ToLine()), end.Token);
        await SendAsync(end.Token);
        await Task.WhenAll(feedback, report);
        await SendTruthsAsync();
    }

    public void Dispose()
    {
        _client.Dispose();
        _open.Dispose();
    }

    private async Task SendAsync(CancellationToken stop)
    {
        for (var sent = 0L; !stop.IsCancellationRequested; sent++)
        {
            var wait = TimeSpan.FromSeconds(sent / options.Rate) - time.GetElapsedTime(_started);
            try
            {
                if (wait > TimeSpan.Zero)
                    await Task.Delay(wait, time, stop);
                await _open.WaitAsync(stop);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            _ = PredictAsync(sent);
        }

        // Requests under way are let finish; their time limit bounds this.
        for (var i = 0; i < MostOpen; i++)
            await _open.WaitAsync(CancellationToken.None);
    }

    private async Task PredictAsync(long index)
    {
        var (body, truth) = rows[index];
        try
        {
            using var content = Json(body);
            using var response = await _client.PostAsync(_predict, content);
            var version = response.Headers.TryGetValues("x-model-version", out var values) ? values.First() : "(gateway)";
            tally.Answered(version, (int)response.StatusCode);
            if (tally.IsNews(version, (int)response.StatusCode))
                tally.Complained(version, (int)response.StatusCode, $"{time.GetElapsedTime(_started).TotalSeconds:0.0} s: {await response.Content.ReadAsStringAsync()} {response.Headers}");
            if (response.StatusCode != HttpStatusCode.OK)
                return;
            using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
            tally.Told(version, answer.RootElement.GetProperty("prediction").GetDouble(), truth);
            _truths.Writer.TryWrite((answer.RootElement.GetProperty("id").GetString()!, truth));
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or JsonException)
        {
            tally.Unreachable(failure.GetBaseException().Message);
        }
        finally
        {
            _open.Release();
        }
    }

    private async Task SendTruthsAsync()
    {
        while (_truths.Reader.TryPeek(out _))
        {
            try
            {
                using var content = Json(Batch());
                using var response = await _client.PostAsync(_feedback, content);
            }
            catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
            {
                tally.Unreachable($"feedback: {failure.GetBaseException().Message}");
            }
        }
    }

    private byte[] Batch()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartArray("predictions");
            for (var i = 0; i < MostBatch && _truths.Reader.TryRead(out var item); i++)
            {
                json.WriteStartObject();
                json.WriteString("id", item.Id);
                json.WriteNumber("truth", item.Truth);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private async Task EveryAsync(TimeSpan period, Func<Task> action, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
                await action();
        }
        catch (OperationCanceledException)
        {
            // The end of the run.
        }
    }

    private static ByteArrayContent Json(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        return content;
    }
}
