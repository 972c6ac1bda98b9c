using System.Text.Json.Nodes;

namespace ModelOperator.Fakes;

/// <summary>A kind that the fake server serves.</summary>
/// <param name="Group">API group; "" for core.</param>
/// <param name="Version">Version.</param>
/// <param name="Plural">Resource name.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Namespaced">Whether objects live in a namespace.</param>
public sealed record FakeResource(string Group, string Version, string Plural, string Kind, bool Namespaced = true)
{
    /// <summary>Whether /status is split off: main writes leave status alone and status writes change nothing else.</summary>
    public bool HasStatus { get; init; } = true;

    /// <summary>Whether metadata.generation counts changes outside metadata and status.</summary>
    public bool HasGeneration { get; init; } = true;

    /// <summary>Refuses a new state: returns the message of a 422, or null. Arguments: new object, old object.</summary>
    public Func<JsonObject, JsonObject?, string?>? Validate { get; init; }

    /// <summary>Fills in defaults before validation.</summary>
    public Action<JsonObject>? Default { get; init; }

    internal string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";
}
