using System.Runtime.CompilerServices;

namespace ModelOperator.Gateway.Sources;

/// <summary>Reads the table from a file once a second; for running the gateway outside a cluster.</summary>
public sealed class FileRouteTableSource(string path, TimeProvider clock) : IRouteTableSource
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async IAsyncEnumerable<RouteTableText> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RouteTableText? last = null;
        while (true)
        {
            var text = await ReadOnceAsync(cancellationToken);
            if (text != last)
                yield return text;
            last = text;
            await Task.Delay(Period, clock, cancellationToken);
        }
    }

    private async Task<RouteTableText> ReadOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            return new(await File.ReadAllTextAsync(path, cancellationToken), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new(null, $"cannot read {path}: {exception.Message}");
        }
    }
}
