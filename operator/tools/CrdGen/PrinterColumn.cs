namespace ModelOperator.CrdGen;

/// <summary>One column of <c>kubectl get</c>.</summary>
/// <param name="Name">Heading.</param>
/// <param name="Type">string, integer or date.</param>
/// <param name="JsonPath">Where the value is.</param>
/// <param name="Wide">Shown with <c>-o wide</c> only.</param>
internal sealed record PrinterColumn(string Name, string Type, string JsonPath, bool Wide = false);
