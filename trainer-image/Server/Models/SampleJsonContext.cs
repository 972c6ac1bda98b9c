using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelOperator.Server.Models;

[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class SampleJsonContext : JsonSerializerContext;
