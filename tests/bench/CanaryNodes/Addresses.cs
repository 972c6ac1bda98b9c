using System.Collections.Concurrent;
using System.Globalization;

namespace ModelOperator.CanaryNodes;

/// <summary>Addresses of Pods: one of loopback's each, so that a gateway is known by the address at which it was asked.</summary>
internal sealed class Addresses
{
    private readonly ConcurrentDictionary<string, string> _canaries = new(StringComparer.Ordinal);
    private int _last;

    /// <summary>A new address for a Pod of a canary, from 127.16.0.1 on.</summary>
    internal string Next(string canary)
    {
        var number = Interlocked.Increment(ref _last);
        var address = string.Create(CultureInfo.InvariantCulture, $"127.{16 + (number >> 16)}.{(number >> 8) & 255}.{number & 255}");
        _canaries[address] = canary;
        return address;
    }

    /// <summary>The canary whose Pod has an address; null for none.</summary>
    internal string? CanaryAt(string address) => _canaries.GetValueOrDefault(address);
}
