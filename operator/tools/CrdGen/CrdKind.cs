using System.Text.Json;

namespace ModelOperator.CrdGen;

/// <summary>One kind: its names, its types and how it is shown.</summary>
internal sealed record CrdKind(
    string Kind,
    string Plural,
    IReadOnlyList<string> ShortNames,
    string Description,
    Type Spec,
    Type Status,
    JsonSerializerOptions Json,
    IReadOnlyList<PrinterColumn> Columns,
    string Scope = "Namespaced",
    string? Replicas = null);
