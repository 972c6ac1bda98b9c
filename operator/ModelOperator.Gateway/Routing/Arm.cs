using System.Collections.Concurrent;
using ModelOperator.Gateway.Metrics;
using ModelOperator.Gateway.Traffic;
using Yarp.ReverseProxy.Forwarder;

namespace ModelOperator.Gateway.Routing;

/// <summary>One arm in force.</summary>
/// <param name="Name">Role: stable, canary, or the name of a variant.</param>
/// <param name="Version">Model version.</param>
/// <param name="Url">Base URL; null when the arm cannot be reached yet.</param>
/// <param name="Weight">Share relative to the sum of all weights.</param>
/// <param name="Series">Counters of this version in this role.</param>
/// <param name="Feedback">The same of truths.</param>
public sealed record Arm(string Name, string Version, string? Url, int Weight, ArmSeries Series, ArmSeries Feedback)
{
    private const int KeptAddresses = 64;

    private readonly ConcurrentDictionary<string, Uri> _addresses = new(StringComparer.Ordinal);

    /// <summary>Seconds that a request waits for a server; null for an arm that has servers.</summary>
    public int? HoldSeconds { get; init; }

    /// <summary>Names the version in responses that do not.</summary>
    internal VersionTransformer Transformer { get; } = new(Version);

    /// <summary>Where the arm takes a request. Addresses without a query are kept, since few paths take all the traffic and parsing one is dear.</summary>
    internal Uri AddressOf(HttpRequest request)
    {
        if (request.QueryString.HasValue || request.Path.Value is not { } path)
            return RequestUtilities.MakeDestinationAddress(Url!, request.Path, request.QueryString);
        if (_addresses.TryGetValue(path, out var known))
            return known;
        var made = RequestUtilities.MakeDestinationAddress(Url!, request.Path, request.QueryString);
        if (_addresses.Count < KeptAddresses)
            _addresses.TryAdd(path, made);
        return made;
    }
}
