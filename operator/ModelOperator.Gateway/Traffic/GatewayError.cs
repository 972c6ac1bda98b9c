namespace ModelOperator.Gateway.Traffic;

/// <summary>Body of an answer that the gateway itself gives.</summary>
/// <param name="Error">One sentence for people.</param>
/// <param name="Reason">CamelCase word for machines.</param>
public sealed record GatewayError(string Error, string Reason);
