using System.Globalization;
using ModelOperator.Kubernetes;

namespace ModelOperator.TrainingRuns;

/// <summary>What the API server can do, read when it is first asked and again once an hour: servers are upgraded under running operators. Thread-safe.</summary>
/// <param name="client">API server.</param>
/// <param name="time">Clock.</param>
public sealed class ServerCapabilities(IKubernetesClient client, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);

    private Answer? known;

    /// <summary>Whether Pods can be held back by scheduling gates: on by default since Kubernetes 1.27.</summary>
    /// <exception cref="KubernetesException">The server does not tell its version.</exception>
    public async Task<bool> HasSchedulingGatesAsync(CancellationToken cancellationToken) => KnowsGates(await VersionAsync(cancellationToken));

    /// <summary>
    /// Whether init containers can go on beside later ones. From Kubernetes 1.29 a server may, from 1.33 it must, and so do all nodes that are new
    /// enough for it: on any other a sidecar could be taken for an init container that never ends, and the trainer would never begin.
    /// </summary>
    public async Task<bool> HasSidecarsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return KnowsSidecars(await VersionAsync(cancellationToken));
        }
        catch (KubernetesException)
        {
            // A run must not wait for what it can do without.
            return false;
        }
    }

    /// <summary>Reads a version such as 1.20 or 1.29+; one that cannot be read is taken for an old one.</summary>
    public static bool KnowsGates(VersionInfo version) => IsAtLeast(version, 27);

    /// <summary>The same for native sidecars.</summary>
    public static bool KnowsSidecars(VersionInfo version) => IsAtLeast(version, 33);

    private async Task<VersionInfo> VersionAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref known) is { } answer && time.GetElapsedTime(answer.At) < Fresh)
            return answer.Version;
        var version = await client.GetVersionAsync(cancellationToken);
        Volatile.Write(ref known, new Answer(version, time.GetTimestamp()));
        return version;
    }

    private static bool IsAtLeast(VersionInfo version, int least)
    {
        var minor = new string([.. version.Minor.TakeWhile(char.IsAsciiDigit)]);
        return int.TryParse(version.Major, NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && (major > 1 || number >= least);
    }

    private sealed record Answer(VersionInfo Version, long At);
}
