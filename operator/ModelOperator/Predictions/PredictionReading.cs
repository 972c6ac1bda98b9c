using System.Collections.Immutable;
using System.Text.Json;
using ModelOperator.Artifacts;
using ModelOperator.Registry;

namespace ModelOperator.Predictions;

/// <summary>
/// Turns a batch into rows of the history; pure. Whose predictions they are is what the token says, never what the batch says: a server can write about its own
/// version only. A row that is not sound is refused alone.
/// </summary>
/// <param name="Rows">What to write.</param>
/// <param name="Taken">Predictions and truths in them.</param>
/// <param name="Reasons">Why each of the others is refused.</param>
public sealed record PredictionReading(ImmutableArray<RegistryRow> Rows, int Taken, ImmutableArray<string> Reasons)
{
    /// <summary>Most features of a prediction.</summary>
    public const int MostFeatures = 10_000;

    private const int LongestText = 1_024;
    private const int LongestSuffix = 64;
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(10);
    private static readonly string[] Kinds = ["Regression", "Binary", "Multiclass"];

    /// <summary>Reads a batch.</summary>
    /// <param name="batch">Batch.</param>
    /// <param name="served">Whose it is, from the token.</param>
    /// <param name="now">Clock, against which rows from the future are refused.</param>
    public static PredictionReading Of(PredictionBatch batch, ServedVersion served, DateTimeOffset now)
    {
        var reasons = ImmutableArray.CreateBuilder<string>();
        var predictions = Sound(batch.Predictions, "predictions", row => Problem(row, served.Version, now), reasons);
        var truths = Sound(batch.Truths, "truths", row => Problem(row, served.Version, now), reasons);
        var rows = ImmutableArray.CreateBuilder<RegistryRow>();
        if (predictions.Count > 0)
            rows.Add(PredictionTables.Predictions.Row(
                ("namespace", served.Namespace), ("canary", served.Canary), ("model", served.Model), ("version", served.Version), ("rows", RegistryJson.Rows(predictions, Write))));
        if (truths.Count > 0)
            rows.Add(PredictionTables.Truths.Row(("namespace", served.Namespace), ("canary", served.Canary), ("rows", RegistryJson.Rows(truths, Write))));
        return new(rows.DrainToImmutable(), predictions.Count + truths.Count, reasons.DrainToImmutable());
    }

    private static List<T> Sound<T>(IReadOnlyList<T?>? rows, string list, Func<T, string?> judge, ImmutableArray<string>.Builder reasons)
        where T : class
    {
        var sound = new List<T>();
        foreach (var (i, row) in (rows ?? []).Index())
        {
            if ((row is null ? "is null, expected an object" : judge(row)) is { } problem)
                reasons.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{list}[{i}]{(row is null ? " " : ".")}{problem}"));
            else
                sound.Add(row!);
        }

        return sound;
    }

    private static string? Problem(LoggedPrediction row, string version, DateTimeOffset now)
    {
        if (Common(row.Id, row.At, row.Label, version, now) is { } problem)
            return problem;
        if (!Kinds.Contains(row.Kind))
            return $"kind: '{Cut(row.Kind)}' is not allowed: one of {string.Join(", ", Kinds)}";
        if (row.Prediction is not { } number || !double.IsFinite(number))
            return "prediction: must be a finite number";
        return row.Features is { } features ? FeatureProblem(features) : null;
    }

    private static string? Problem(LoggedTruth row, string version, DateTimeOffset now) =>
        Common(row.Id, row.At, row.Label, version, now) ?? (row.Truth is { } number && double.IsFinite(number) ? null : "truth: must be a finite number");

    private static string? Common(string? id, DateTimeOffset? at, string? label, string version, DateTimeOffset now)
    {
        if (id is null || !id.StartsWith(version + "~", StringComparison.Ordinal) || id.Length - version.Length - 1 is < 1 or > LongestSuffix
            || !id.AsSpan(version.Length + 1).ToArray().All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            return $"id: '{Cut(id)}' is not allowed: {version}~ and at most {LongestSuffix} letters, digits, '-' and '_'";
        if (at is not { } time || time > now + Ahead)
            return $"at: '{at:O}' is not allowed: a time, at most {Ahead.TotalMinutes} minutes ahead of {now:O}";
        return label?.Length > LongestText ? $"label: has {label.Length} characters, allowed are {LongestText}" : null;
    }

    private static string? FeatureProblem(JsonElement features)
    {
        if (features.ValueKind != JsonValueKind.Object)
            return $"features: is {features.ValueKind}, expected an object";
        if (features.GetPropertyCount() > MostFeatures)
            return $"features: has {features.GetPropertyCount()} members, allowed are {MostFeatures}";
        foreach (var feature in features.EnumerateObject())
        {
            if (!IsSound(feature))
                return "features: each must be a finite number, a text or null, and no text may be longer than 1,024 characters or hold half a character";
        }

        return null;
    }

    private static bool IsSound(JsonProperty feature)
    {
        try
        {
            return feature.Name.Length <= LongestText && feature.Value.ValueKind switch
            {
                JsonValueKind.Null => true,
                JsonValueKind.Number => double.IsFinite(feature.Value.GetDouble()),
                JsonValueKind.String => feature.Value.GetString()!.Length <= LongestText,
                _ => false,
            };
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return false;
        }
    }

    private static void Write(Utf8JsonWriter json, LoggedPrediction row)
    {
        json.WriteString("id"u8, row.Id);
        json.WriteString("at"u8, row.At!.Value.UtcDateTime);
        json.WriteString("kind"u8, row.Kind);
        json.WriteNumber("prediction"u8, row.Prediction!.Value);
        if (row.Label is not null)
            json.WriteString("label"u8, RegistryJson.Plain(row.Label));
        if (row.Features is not { } features)
            return;
        json.WriteStartObject("features"u8);
        foreach (var feature in features.EnumerateObject())
        {
            json.WritePropertyName(RegistryJson.Plain(feature.Name));
            if (feature.Value.ValueKind == JsonValueKind.String)
                json.WriteStringValue(RegistryJson.Plain(feature.Value.GetString()!));
            else
                feature.Value.WriteTo(json);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, LoggedTruth row)
    {
        json.WriteString("id"u8, row.Id);
        json.WriteString("at"u8, row.At!.Value.UtcDateTime);
        json.WriteNumber("truth"u8, row.Truth!.Value);
        if (row.Label is not null)
            json.WriteString("label"u8, RegistryJson.Plain(row.Label));
    }

    private static string Cut(string? text) => text is null ? "" : text.Length <= 64 ? text : text[..64] + "...";
}
