using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ModelOperator.Fakes;

/// <summary>Label and field selectors of lists and watches.</summary>
internal static partial class Selectors
{
    internal static Func<StoredObject, bool> Parse(string? labels, string? fields)
    {
        var rules = Labels(labels).Concat(Fields(fields)).ToList();
        return o => rules.All(r => r(o));
    }

    private static IEnumerable<Func<StoredObject, bool>> Labels(string? selector)
    {
        foreach (Match part in Requirement().Matches(selector ?? string.Empty))
        {
            var text = part.Value.Trim();
            if (SetBased().Match(text) is { Success: true } set)
            {
                var values = set.Groups["values"].Value.Split(',', StringSplitOptions.TrimEntries);
                var wanted = set.Groups["op"].Value == "in";
                yield return o => (o.Labels.TryGetValue(set.Groups["key"].Value, out var v) && values.Contains(v)) == wanted;
            }
            else if (text.StartsWith('!'))
            {
                yield return o => !o.Labels.ContainsKey(text[1..].Trim());
            }
            else if (Equality().Match(text) is { Success: true } pair)
            {
                var equal = pair.Groups["op"].Value != "!=";
                yield return o => (o.Labels.TryGetValue(pair.Groups["key"].Value, out var v) && v == pair.Groups["value"].Value) == equal;
            }
            else
            {
                yield return o => o.Labels.ContainsKey(text);
            }
        }
    }

    private static IEnumerable<Func<StoredObject, bool>> Fields(string? selector)
    {
        foreach (var text in (selector ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var pair = Equality().Match(text);
            if (!pair.Success)
                throw FakeApiException.BadRequest($"unknown field selector '{text}'");
            var equal = pair.Groups["op"].Value != "!=";
            yield return o => ((FieldOf(o, pair.Groups["key"].Value) ?? string.Empty) == pair.Groups["value"].Value) == equal;
        }
    }

    private static string? FieldOf(StoredObject stored, string path) => path switch
    {
        "metadata.name" => stored.Name,
        "metadata.namespace" => stored.Namespace,
        _ => path.Split('.').Aggregate((JsonNode?)stored.ToJson(), (node, field) => (node as JsonObject)?[field])?.ToString(),
    };

    [GeneratedRegex(@"[^,(]+(\([^)]*\))?")]
    private static partial Regex Requirement();

    [GeneratedRegex(@"^(?<key>\S+)\s+(?<op>in|notin)\s+\((?<values>[^)]*)\)$")]
    private static partial Regex SetBased();

    [GeneratedRegex(@"^(?<key>[^=!\s]+)\s*(?<op>==|=|!=)\s*(?<value>.*)$")]
    private static partial Regex Equality();
}
