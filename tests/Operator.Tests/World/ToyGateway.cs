using System.Text.Json;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;

namespace ModelOperator.Operator.Tests.World;

/// <summary>Gateways that serve the route table which the API holds, once they have read it.</summary>
/// <param name="client">API server.</param>
/// <param name="space">Namespace.</param>
internal sealed class ToyGateway(IKubernetesClient client, string space) : IGatewayReader
{
    public async Task<GatewayReport> ReadAsync(string pod, string address, CancellationToken cancellationToken)
    {
        var canary = pod[..pod.IndexOf("-gateway", StringComparison.Ordinal)];
        var map = await client.GetAsync(KubernetesDescriptors.ConfigMaps, CanaryNames.Routes(canary), space, cancellationToken);
        if (map?.Data?.GetValueOrDefault(RouteTable.Key) is not { } text)
            return new(pod, null, "no route table yet");
        using var table = JsonDocument.Parse(text);
        return new(pod, table.RootElement.GetProperty("revision").GetString());
    }
}
