using System.Net;
using System.Net.Sockets;

namespace ModelOperator.Artifacts;

/// <summary>
/// Keeps a rank's trainer from starting before rank 0 has a name: frameworks that look it up too early give up, or remember that there is none.
/// The name is there as soon as rank 0's Pod has an address, long before its trainer runs; what listens is for the framework to wait for.
/// </summary>
public static class PeerName
{
    /// <summary>Name of the variable with the host to wait for; nothing is waited for without it.</summary>
    public const string Variable = "MODELOP_AWAIT_HOST";

    /// <summary>After this long the trainer starts all the same: it may know better, and the run has its own deadlines.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>The body of a command, followed by the wait.</summary>
    internal static Func<TransferHost, CancellationToken, Task<byte[]>> After(Func<TransferHost, CancellationToken, Task<byte[]>> body) => async (host, cancellationToken) =>
    {
        var message = await body(host, cancellationToken);
        if (host.Variable(Variable) is { Length: > 0 } name)
            await AwaitAsync(name, ResolvesAsync, host, cancellationToken);
        return message;
    };

    /// <summary>Waits until the name resolves; false when it did not in time.</summary>
    public static async Task<bool> AwaitAsync(
        string name, Func<string, CancellationToken, Task<bool>> resolves, TransferHost host, CancellationToken cancellationToken)
    {
        var began = host.Time.GetTimestamp();
        while (!await resolves(name, cancellationToken))
        {
            if (host.Time.GetElapsedTime(began) > Limit)
            {
                await host.Output.WriteLineAsync($"{name} does not resolve after {Limit.TotalMinutes:0} minutes; the trainer starts without");
                return false;
            }

            await Task.Delay(Pause, host.Time, cancellationToken);
        }

        return true;
    }

    private static async Task<bool> ResolvesAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await Dns.GetHostAddressesAsync(name, cancellationToken)).Length > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
