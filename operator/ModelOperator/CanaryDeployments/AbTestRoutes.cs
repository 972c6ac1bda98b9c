using System.Globalization;
using System.Text.Json.Nodes;

namespace ModelOperator.CanaryDeployments;

/// <summary>What a route table says about an A/B test.</summary>
public static class AbTestRoutes
{
    /// <summary>A test that is not under way: its events are refused with the reason instead of going to the model.</summary>
    public static void Add(JsonObject table, AbTest test) => Add(table, test.Cohort, AbTestDefaults.Events(test), null);

    /// <summary>
    /// A test under way, as it was begun: cohorts, shares and the events that are counted. Users are counted from the moment that every gateway serves every arm's
    /// weight, and anew when the measurement begins again.
    /// </summary>
    public static void Add(JsonObject table, AbTestStatus experiment, CanaryDeploymentStatus status)
    {
        var id = status.StepIndex > 0 ? string.Create(CultureInfo.InvariantCulture, $"{experiment.Key}@{status.StepStartedAt?.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}") : null;
        Add(table, experiment.Cohort, experiment.Events, id);
        // Other versions, other cohorts: who was in the last test's arm is not in the next one's. Weights that change move as few as possible.
        table["sticky"]!["salt"] = $"{table["canary"]} {string.Join(' ', experiment.Arms.Select(arm => arm.Version))}";
        // In a promotion everybody goes to the winner: weights are the layout.
        if (status.Phase != CanaryPhase.Promoting)
            foreach (var (arm, node) in experiment.Arms.Zip(table["arms"]!.AsArray()))
                node!["share"] = arm.Share;
    }

    private static void Add(JsonObject table, AbTestCohort cohort, IEnumerable<string> events, string? id)
    {
        // A gateway that knows no experiments refuses the table instead of counting nobody.
        table["schema"] = 2;
        table["sticky"] = new JsonObject { ["header"] = cohort.Header, ["cookie"] = cohort.Cookie };
        table["experiment"] = new JsonObject { ["id"] = id, ["events"] = new JsonArray([.. events.Select(name => (JsonNode)name)]) };
    }
}
