using System.Security.Cryptography.X509Certificates;

namespace ModelOperator.Fakes;

/// <summary>Behaviour of the fake server.</summary>
public sealed record FakeApiServerOptions
{
    /// <summary>Clock for timestamps. Timers of watches use the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Events kept per resource; older versions answer 410. Default: 20,000.</summary>
    public int HistoryLimit { get; init; } = 20_000;

    /// <summary>Time between bookmarks on a watch that allows them. Default: 1 s.</summary>
    public TimeSpan BookmarkInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Delete dependents of vanished owners, and honour propagation policies. Default: false.</summary>
    public bool CollectGarbage { get; init; }

    /// <summary>Deleted pods with a node stay, with a deletionTimestamp, until a delete with grace period 0. Default: false.</summary>
    public bool PodsDieGracefully { get; init; }

    /// <summary>Token that requests must carry; null to let everybody in. Changeable on the server.</summary>
    public string? RequiredToken { get; init; }

    /// <summary>Serve HTTPS with HTTP/2 under this certificate instead of plain HTTP.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Ask for a client certificate; the request log's Authorization then shows "cert:" and its subject.</summary>
    public bool RequestClientCertificate { get; init; }

    /// <summary>Version that /version tells. Default: v1.20.2.</summary>
    public string GitVersion { get; init; } = "v1.20.2";

    /// <summary>Port; 0 for a free one.</summary>
    public int Port { get; init; }

    /// <summary>Further lists that are maps by key: field name to keys, for example "holds" to ["runUid"].</summary>
    public IReadOnlyDictionary<string, string[]> ListKeys { get; init; } = new Dictionary<string, string[]>();
}
