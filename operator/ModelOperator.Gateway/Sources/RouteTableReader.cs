using ModelOperator.Gateway.Routing;

namespace ModelOperator.Gateway.Sources;

/// <summary>Carries the source's texts into the store for as long as the gateway runs.</summary>
internal sealed class RouteTableReader(IRouteTableSource source, RouteTableStore store) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var text in source.ReadAsync(stoppingToken))
            if (text.Json is { } json)
                store.Apply(json);
            else
                store.Reject(text.Problem ?? "the source gave no table");
    }
}
