using System.Net.Http.Headers;
using System.Text.Json;
using ModelOperator.Artifacts;

namespace ModelOperator.TrainingRuns;

/// <summary>Posts what the metrics file says to the run's status endpoint where it says something new.</summary>
public sealed class ProgressReporter : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly RetryOptions Retries = new(TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(4));

    private readonly TransferHost host;
    private readonly MetricsFileFollower file;
    private readonly Uri url;
    private readonly string tokenFile;
    private readonly HttpClient http;
    private TrainingProgress? taken;

    /// <summary>Reads the settings, which are named as the trainer's own are.</summary>
    /// <exception cref="FormatException">One is missing or wrong.</exception>
    public ProgressReporter(TransferHost host)
    {
        this.host = host;
        file = new MetricsFileFollower(Required("MODELOP_METRICS_FILE"));
        tokenFile = Required("KUBEFLOW_TRAINER_SERVER_TOKEN");
        var address = Required("KUBEFLOW_TRAINER_SERVER_URL");
        if (!Uri.TryCreate($"{address}?{TrainingStatusEndpoint.FromFile}", UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https"))
            throw new FormatException($"KUBEFLOW_TRAINER_SERVER_URL must be an http(s) URL, not '{address}'");
        url = parsed;
        http = TransferHttp.ForOperator(host.Variable("KUBEFLOW_TRAINER_SERVER_CA_CERT") is { Length: > 0 } authority ? authority : null);
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    /// <summary>One look, and one report where there is news. What was not taken is told again, as it is then, at the next look.</summary>
    public async Task ReportAsync(CancellationToken cancellationToken)
    {
        if (TrainerLogProgress.Of(await file.LookAsync(cancellationToken), host.Time.GetUtcNow()) is not { } read || TrainerLogProgress.SaysTheSame(taken, read))
            return;
        var body = JsonSerializer.SerializeToUtf8Bytes(TrainingStatusReports.Write(read), TrainingRunsJson.Default.TrainingStatusReport);
        await new Retry(Retries, host.Time, static _ => Task.CompletedTask).RunAsync("progress", token => PostAsync(body, token), static () => 0, cancellationToken);
        taken = read;
    }

    private async Task<bool> PostAsync(byte[] body, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Patience, host.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } } };
        // The Secret may be renewed, so the file is read every time.
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(tokenFile, linked.Token)).Trim());
        using var response = await TransferHttp.RunAsync("StatusUnavailable", url.Authority, () => http.SendAsync(request, linked.Token), cancellationToken);
        return response.IsSuccessStatusCode
            ? true
            : throw new TransferException(TransferHttp.Classify(response.StatusCode), "StatusRefused", $"{url.Authority} answered {(int)response.StatusCode}");
    }

    private string Required(string name) => host.Variable(name) is { Length: > 0 } value ? value : throw new FormatException($"{name} is not set");
}
