using System.Text.Json.Serialization;

namespace ModelOperator.Registry;

/// <summary>JSON of the accounts.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AccountsReport))]
[JsonSerializable(typeof(List<string>))]
internal sealed partial class AccountsJson : JsonSerializerContext;
