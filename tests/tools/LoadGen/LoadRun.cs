using System.Net;
using System.Text.Json;

namespace ModelOperator.LoadGen;

/// <summary>
/// Open-loop load: a request is due every 1/rate seconds, whether or not the last ones have been answered, up to a bound of open requests.
/// Truth and purchases go back in batches, once a second.
/// </summary>
internal sealed class LoadRun(LoadOptions options, TableRows rows, Tally tally, TimeProvider time) : IDisposable
{
    private const int MostOpen = 256;
    // Of its price: who is told a price nearer to it than that buys.
    private const double Bargain = 0.1;
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PostEvery = TimeSpan.FromSeconds(1);

    private readonly long _started = time.GetTimestamp();
    private readonly SemaphoreSlim _open = new(MostOpen);
    private readonly Uri _predict = new(options.Url, "predict");
    private readonly Outbox<(string Id, double Truth)> _truths = new(new Uri(options.Url, "feedback"), "predictions", options.TruthDelay, WriteTruth, time);
    private readonly Outbox<(string User, double Price)> _purchases = new(new Uri(options.Url, "events"), "events", TimeSpan.Zero, WritePurchase, time);
    private readonly HttpClient _client = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromSeconds(30), UseProxy = false })
    {
        // More than the gateway gives a version: what is too late is for the gateway to say.
        Timeout = TimeSpan.FromSeconds(100),
    };

    internal async Task RunAsync(CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (options.Duration > TimeSpan.Zero)
            end.CancelAfter(options.Duration);
        var feedback = EveryAsync(PostEvery, PostAsync, end.Token);
        var report = EveryAsync(ReportEvery, () => Console.Error.WriteLineAsync(tally.ToLine()), end.Token);
        await SendAsync(end.Token);
        await Task.WhenAll(feedback, report);
        await PostAsync();
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
        // A user asks for the same diamond each time.
        var user = options.Users > 0 ? $"user-{index % options.Users}" : null;
        var (body, truth) = rows[user is null ? index : index % options.Users];
        try
        {
            using var content = JsonBody.Of(body);
            if (user is not null)
                content.Headers.Add("x-user-id", user);
            using var response = await _client.PostAsync(_predict, content);
            var version = response.Headers.TryGetValues("x-model-version", out var values) ? values.First() : "(gateway)";
            tally.Answered(version, (int)response.StatusCode);
            if (tally.IsNews(version, (int)response.StatusCode))
                tally.Complained(version, (int)response.StatusCode, $"{time.GetElapsedTime(_started).TotalSeconds:0.0} s: {await response.Content.ReadAsStringAsync()} {response.Headers}");
            if (response.StatusCode != HttpStatusCode.OK)
                return;
            using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
            var prediction = answer.RootElement.GetProperty("prediction").GetDouble();
            tally.Told(version, prediction, truth);
            _truths.Add((answer.RootElement.GetProperty("id").GetString()!, truth));
            if (user is not null && Math.Abs(prediction - truth) <= Bargain * truth)
                _purchases.Add((user, truth));
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

    private async Task PostAsync()
    {
        await _truths.SendAsync(_client, tally);
        await _purchases.SendAsync(_client, tally);
    }

    private static void WriteTruth(Utf8JsonWriter json, (string Id, double Truth) item)
    {
        json.WriteStartObject();
        json.WriteString("id", item.Id);
        json.WriteNumber("truth", item.Truth);
        json.WriteEndObject();
    }

    private static void WritePurchase(Utf8JsonWriter json, (string User, double Price) item)
    {
        json.WriteStartObject();
        json.WriteString("user", item.User);
        json.WriteString("name", "purchase");
        json.WriteNumber("value", item.Price);
        json.WriteEndObject();
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
}
