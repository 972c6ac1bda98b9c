using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelOperator.TrainingRuns;

/// <summary>After the first attempt a run's spec is what the result is made from: only suspend, deadlines (raised), the failure policy, the priority and ttl may change. Pure.</summary>
internal static class TrainingRunImmutability
{
    /// <summary>What may not change, naming the field; null when all changes are allowed.</summary>
    internal static string? Check(TrainingRunSpec old, TrainingRunSpec spec)
    {
        var (before, after) = (Node(old), Node(spec));
        foreach (var field in before.Select(p => p.Key).Union(after.Select(p => p.Key)).Order(StringComparer.Ordinal))
        {
            if (field is "deadlines" or "failurePolicy" or "suspend" or "priority" or "ttl" || JsonNode.DeepEquals(before[field], after[field]))
                continue;
            return $"spec.{field} cannot change after the first attempt: the result would not be what the spec says. Create a new TrainingRun.";
        }

        var (was, wanted) = (old.Deadlines ?? new(), spec.Deadlines ?? new());
        return Lowered("startSeconds", was.StartSeconds, wanted.StartSeconds) ?? Lowered("activeSeconds", was.ActiveSeconds, wanted.ActiveSeconds);
    }

    private static string? Lowered(string field, int old, int now) => now >= old ? null
        : $"spec.deadlines.{field}: '{Text(now)}' is not allowed: after the first attempt it can only be raised, from {Text(old)}";

    private static JsonObject Node(TrainingRunSpec spec) =>
        JsonSerializer.SerializeToNode(spec, TrainingRunsJson.Default.TrainingRunSpec)!.AsObject();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
