using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>A time with microseconds (metav1.MicroTime), as leases and events carry it; always UTC on the wire.</summary>
/// <param name="Value">The time.</param>
[JsonConverter(typeof(MicroTimeConverter))]
public readonly record struct MicroTime(DateTimeOffset Value)
{
    public static implicit operator MicroTime(DateTimeOffset value) => new(value);

    public static implicit operator DateTimeOffset(MicroTime time) => time.Value;
}
