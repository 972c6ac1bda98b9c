namespace ModelOperator.Metrics;

/// <summary>A header whose value lies in a Secret.</summary>
/// <param name="Header">Name of the header.</param>
/// <param name="Secret">Name of the Secret.</param>
/// <param name="Key">Key in it.</param>
public sealed record SecretHeader(string Header, string Secret, string Key);
