using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ModelOperator.Trainer.Learning;
using ModelOperator.Trainer.Output;

namespace ModelOperator.Trainer.Reporting;

/// <summary>
/// Posts progress to the status endpoint from a loop of its own: the latest state at most every two seconds, and once at the end.
/// A failed post is dropped (the next one replaces it anyway); nothing here can fail or delay the training by more than the last post's timeout.
/// </summary>
internal sealed class StatusReporter : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly Uri _url;
    private readonly string? _tokenFile;
    private readonly TimeProvider _time;
    private readonly Action<string> _warn;
    private readonly HttpClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private TrainerStatus? _latest;
    private bool _complained;

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The client owns its handler.")]
    private StatusReporter(Uri url, TrainerEnvironment environment, TimeProvider time, Action<string> warn)
    {
        _url = url;
        _tokenFile = environment.StatusTokenFile;
        _time = time;
        _warn = warn;
        _client = new HttpClient(Handler(environment.StatusCaFile), disposeHandler: true) { Timeout = Timeout };
        _loop = LoopAsync();
    }

    /// <summary>A reporter, or null when the environment names no endpoint or the settings are unusable (which is said once).</summary>
    internal static StatusReporter? Start(TrainerEnvironment environment, TimeProvider time, Action<string> warn)
    {
        if (environment.StatusUrl is not { } address)
            return null;
        try
        {
            return new StatusReporter(new Uri(address, UriKind.Absolute), environment, time, warn);
        }
        catch (Exception failure)
        {
            warn($"progress is not posted: {failure.Message}");
            return null;
        }
    }

    internal void Set(RoundReport report, TimeSpan elapsed, int firstRound)
    {
        var done = report.Round - firstRound;
        Volatile.Write(ref _latest, new TrainerStatus
        {
            // 100 only once the result is written.
            ProgressPercentage = Math.Min(99, (int)(100L * report.Round / report.Rounds)),
            EstimatedRemainingSeconds = done > 0 ? (int)Math.Ceiling(elapsed.TotalSeconds / done * (report.Rounds - report.Round)) : null,
            Metrics = Metrics(report.Metrics),
            LastUpdatedTime = _time.GetUtcNow(),
        });
    }

    internal void SetDone(IReadOnlyDictionary<string, double> metrics) => Volatile.Write(ref _latest, new TrainerStatus
    {
        ProgressPercentage = 100,
        EstimatedRemainingSeconds = 0,
        Metrics = Metrics(metrics),
        LastUpdatedTime = _time.GetUtcNow(),
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        await PostAsync();
        _client.Dispose();
        _stop.Dispose();
    }

    private static List<StatusMetric> Metrics(IEnumerable<KeyValuePair<string, double>> metrics) =>
        [.. metrics.Select(metric => new StatusMetric { Name = metric.Key, Value = metric.Value.ToString("R", CultureInfo.InvariantCulture) })];

    private async Task LoopAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(Interval, _time, _stop.Token);
                await PostAsync();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The end; DisposeAsync posts the last state.
        }
    }

    private async Task PostAsync()
    {
        if (Interlocked.Exchange(ref _latest, null) is not { } status)
            return;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, _url);
            request.Content = new ByteArrayContent(
                JsonSerializer.SerializeToUtf8Bytes(new StatusUpdate { TrainerStatus = status }, TrainerJsonContext.Default.StatusUpdate));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            // The kubelet renews projected tokens, so the file is read every time.
            if (_tokenFile is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(_tokenFile)).Trim());
            using var response = await _client.SendAsync(request);
            if (!response.IsSuccessStatusCode)
                Complain($"{_url} answered {(int)response.StatusCode}");
        }
        catch (Exception failure)
        {
            Complain(failure.Message);
        }
    }

    private void Complain(string reason)
    {
        if (_complained)
            return;
        _complained = true;
        _warn($"progress could not be posted (training goes on, later failures are not repeated): {reason}");
    }

    private static SocketsHttpHandler Handler(string? caFile)
    {
        var handler = new SocketsHttpHandler { ConnectTimeout = Timeout, UseProxy = false, AllowAutoRedirect = false };
        if (caFile is null)
            return handler;
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(caFile);
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            },
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        return handler;
    }
}
