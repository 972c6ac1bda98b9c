using System.Text.Json;

namespace ModelOperator.CanaryDeployments;

/// <summary>Reads <c>GET :8081/admin/routes</c> of a gateway Pod.</summary>
/// <param name="http">Client without a base address.</param>
/// <param name="timeout">Longest wait for one answer; two seconds when null.</param>
/// <param name="port">Port of the gateways.</param>
public sealed class HttpGatewayReader(HttpClient http, TimeSpan? timeout = null, int port = HttpGatewayReader.Port) : IGatewayReader
{
    /// <summary>Where gateway Pods listen for what is not traffic.</summary>
    public const int Port = 8081;

    /// <summary>Most bytes read of an answer.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>A gateway answers after 30 s when nothing is held.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(40);

    private readonly TimeSpan timeout = timeout ?? TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public Task<GatewayReport> ReadAsync(string pod, string address, CancellationToken cancellationToken) => ReadAsync(pod, address, "/admin/routes", timeout, cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> WaitForDemandAsync(string address, CancellationToken cancellationToken) =>
        (await ReadAsync("", address, "/admin/routes?waitFor=demand", LongestWait, cancellationToken)).Load is { Held: > 0 };

    private async Task<GatewayReport> ReadAsync(string pod, string address, string path, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var host = address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Get, new Uri($"http://{host}:{port}{path}"));
            // A connection that is kept costs 10 KB, and ten thousand idle canaries have a gateway each.
            request.Headers.ConnectionClose = true;
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!response.IsSuccessStatusCode)
                return new(pod, null, $"it answered HTTP {(int)response.StatusCode}");
            await response.Content.LoadIntoBufferAsync(MaxBytes, limit.Token);
            using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(limit.Token));
            return Report(pod, document.RootElement);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(pod, null, $"no answer within {timeout.TotalSeconds} s");
        }
        catch (JsonException)
        {
            return new(pod, null, "its answer is not JSON");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or UriFormatException)
        {
            return new(pod, null, CanaryText.Cut(failure.Message, 200));
        }
    }

    private static GatewayReport Report(string pod, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return new(pod, null, "its answer is not a JSON object");
        var revision = root.TryGetProperty("revision", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        var rejected = root.TryGetProperty("rejected", out var value) && value.ValueKind == JsonValueKind.Object ? $"it refused a table: {CanaryText.Cut(value.GetRawText(), 400)}" : null;
        return new(pod, revision, rejected) { Load = Load(root) };
    }

    /// <summary>Null for a gateway that does not say, such as an older one: nobody knows what it has to do.</summary>
    private static GatewayLoad? Load(JsonElement root)
    {
        if (!root.TryGetProperty("load", out var load) || load.ValueKind != JsonValueKind.Object)
            return null;
        return Number("requests") is { } requests && Number("busySeconds") is { } busy && Number("inFlight") is { } inFlight && Number("held") is { } held && Number("idleSeconds") is { } idle
            ? new((long)requests, busy, (long)inFlight, (long)held, idle)
            : null;
        double? Number(string name) =>
            load.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number is >= 0 and < 1e15 ? number : null;
    }
}
