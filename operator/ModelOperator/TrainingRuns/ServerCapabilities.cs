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
    public async Task<bool> HasSchedulingGatesAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref known) is { } answer && time.GetElapsedTime(answer.At) < Fresh)
            return answer.Gates;
        var gates = KnowsGates(await client.GetVersionAsync(cancellationToken));
        Volatile.Write(ref known, new Answer(gates, time.GetTimestamp()));
        return gates;
    }

    /// <summary>Reads a version such as 1.20 or 1.29+; one that cannot be read is taken for an old one.</summary>
    public static bool KnowsGates(VersionInfo version)
    {
        var minor = new string([.. version.Minor.TakeWhile(char.IsAsciiDigit)]);
        return int.TryParse(version.Major, NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && (major > 1 || number >= 27);
    }

    private sealed record Answer(bool Gates, long At);
}
