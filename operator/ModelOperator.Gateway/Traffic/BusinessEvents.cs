using System.Globalization;
using System.Text.Json;
using ModelOperator.Gateway.Routing;

namespace ModelOperator.Gateway.Traffic;

/// <summary>A body of business events, read; or why it was refused. Pure.</summary>
/// <param name="Events">The events.</param>
/// <param name="Status">Status code of the refusal.</param>
/// <param name="Reason">Reason of the refusal, or null.</param>
/// <param name="Problem">The refusal in a sentence, or null.</param>
internal sealed record BusinessEvents(IReadOnlyList<BusinessEvent> Events, int Status, string? Reason, string? Problem)
{
    /// <summary>Most events of one body.</summary>
    public const int MaxEvents = 1000;

    /// <summary>Most characters of a user's key.</summary>
    public const int MaxUser = 256;

    /// <summary>Greatest value: its square, a hundred million times, is still exact to the digit that counts.</summary>
    public const double MaxValue = 1e9;

    /// <summary>Reads one event <c>{"user", "name", "value"}</c> or a batch <c>{"events": [...]}</c>.</summary>
    public static BusinessEvents Read(ReadOnlyMemory<byte> body, Experiment experiment)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return Bad("the body must be a JSON object: one event, or a list of them in 'events'");
            if (!root.TryGetProperty("events", out var list))
                return Of([root], experiment);
            return list.ValueKind == JsonValueKind.Array && list.GetArrayLength() is > 0 and <= MaxEvents
                ? Of([.. list.EnumerateArray()], experiment)
                : Bad($"'events' must be a list of 1 to {MaxEvents} events");
        }
        catch (JsonException)
        {
            return Bad("the body is not JSON");
        }
    }

    private static BusinessEvents Of(JsonElement[] items, Experiment experiment)
    {
        List<BusinessEvent> events = [];
        for (var i = 0; i < items.Length; i++)
        {
            if (items[i].ValueKind != JsonValueKind.Object)
                return Bad(At(i, "is no object"));
            if (Text(items[i], "user") is not { Length: > 0 and <= MaxUser } user)
                return Unknown("NoUser", At(i, $"needs 'user': the value of the cohort's header or cookie, 1 to {MaxUser} characters"));
            if (Text(items[i], "name") is not { } name || experiment.Events.IndexOf(name) is not (>= 0 and var kind))
                return Unknown("UnknownEvent", At(i, $"has a 'name' that is not counted; counted: {string.Join(", ", experiment.Events)}"));
            if (Value(items[i]) is not { } value)
                return Unknown("BadValue", At(i, string.Create(CultureInfo.InvariantCulture, $"has a 'value' that is no number from 0 to {MaxValue}; a refund is an event of its own")));
            events.Add(new(user, kind, value));
        }

        return new(events, StatusCodes.Status202Accepted, null, null);
    }

    private static string? Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static double? Value(JsonElement item)
    {
        if (!item.TryGetProperty("value", out var value) || value.ValueKind == JsonValueKind.Null)
            return 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number is >= 0 and <= MaxValue ? number : null;
    }

    private static string At(int index, string problem) => string.Create(CultureInfo.InvariantCulture, $"event {index + 1} {problem}");

    private static BusinessEvents Bad(string problem) => new([], StatusCodes.Status400BadRequest, "BadEvents", problem);

    private static BusinessEvents Unknown(string reason, string problem) => new([], StatusCodes.Status422UnprocessableEntity, reason, problem);
}
