using System.Text.Json.Serialization;

namespace ModelOperator.Kubernetes;

/// <summary>Type of a field that is skipped on read and never written.</summary>
[JsonConverter(typeof(DroppedValueConverter))]
public sealed class DroppedValue;
