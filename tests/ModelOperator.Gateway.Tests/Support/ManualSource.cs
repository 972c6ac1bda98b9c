using System.Threading.Channels;
using ModelOperator.Gateway.Sources;

namespace ModelOperator.Gateway.Tests.Support;

/// <summary>A source that yields nothing by itself: tests put tables into the store directly.</summary>
internal sealed class ManualSource : IRouteTableSource
{
    private readonly Channel<RouteTableText> _texts = Channel.CreateUnbounded<RouteTableText>();

    public void Push(string? json, string? problem = null) => _texts.Writer.TryWrite(new(json, problem));

    public IAsyncEnumerable<RouteTableText> ReadAsync(CancellationToken cancellationToken) => _texts.Reader.ReadAllAsync(cancellationToken);
}
