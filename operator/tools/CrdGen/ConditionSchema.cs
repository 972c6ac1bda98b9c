using System.Text.Json.Nodes;

namespace ModelOperator.CrdGen;

/// <summary>Schema of one condition (metav1.Condition), whose type carries no attributes of ours.</summary>
internal static class ConditionSchema
{
    internal static JsonObject Build() => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray("status", "type"),
        ["properties"] = new JsonObject
        {
            ["type"] = Text("Type, unique in the list.", 316),
            ["status"] = new JsonObject
            {
                ["description"] = "True, False or Unknown.",
                ["type"] = "string",
                ["enum"] = new JsonArray("True", "False", "Unknown"),
            },
            ["observedGeneration"] = new JsonObject
            {
                ["description"] = "Generation that the condition was computed from.",
                ["type"] = "integer",
                ["format"] = "int64",
                ["minimum"] = 0,
            },
            ["lastTransitionTime"] = new JsonObject
            {
                ["description"] = "When the status last changed.",
                ["type"] = "string",
                ["format"] = "date-time",
            },
            ["reason"] = Text("Reason, one word.", 1024),
            ["message"] = Text("What happened and what to do next.", 32768),
        },
    };

    private static JsonObject Text(string description, int length) => new()
    {
        ["description"] = description,
        ["type"] = "string",
        ["maxLength"] = length,
    };
}
