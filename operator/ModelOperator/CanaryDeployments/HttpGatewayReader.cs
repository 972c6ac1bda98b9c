using System.Text.Json;

namespace ModelOperator.CanaryDeployments;

/// <summary>Reads <c>GET :8081/admin/routes</c> of a gateway Pod, within two seconds.</summary>
/// <param name="http">Client without a base address.</param>
public sealed class HttpGatewayReader(HttpClient http) : IGatewayReader
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task<GatewayReport> ReadAsync(string pod, string address, CancellationToken cancellationToken)
    {
        var host = address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            await using var stream = await http.GetStreamAsync(new Uri($"http://{host}:8081/admin/routes"), limit.Token);
            using var document = await JsonDocument.ParseAsync(stream, cancellationToken: limit.Token);
            return Report(pod, document.RootElement);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(pod, null, "no answer within 2 s");
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or IOException)
        {
            return new(pod, null, failure.Message);
        }
    }

    private static GatewayReport Report(string pod, JsonElement root)
    {
        var revision = root.TryGetProperty("revision", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        var rejected = root.TryGetProperty("rejected", out var value) && value.ValueKind == JsonValueKind.Object ? $"it refused a table: {value.GetRawText()}" : null;
        return new(pod, revision, rejected);
    }
}
