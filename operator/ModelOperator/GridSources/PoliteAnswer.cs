using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ModelOperator.GridSources;

/// <summary>A body, or why there is none.</summary>
/// <param name="Body">The body; null on failure.</param>
/// <param name="Status">Status of the last try; null when there was no answer.</param>
/// <param name="Problem">What went wrong; null on success.</param>
/// <param name="RetryAfter">How long the other side asks to be left alone.</param>
public sealed record PoliteAnswer(ReadOnlyMemory<byte>? Body, HttpStatusCode? Status, string? Problem = null, TimeSpan? RetryAfter = null)
{
    /// <summary>Reads the body; what cannot be read is a failure.</summary>
    /// <param name="target">The other side, for people.</param>
    /// <param name="type">JSON contract.</param>
    /// <param name="read">Slots of what was read.</param>
    public GridAnswer Read<T>(string target, JsonTypeInfo<T> type, Func<T, GridAnswer> read)
        where T : class
    {
        if (Body is not { } body)
            return GridAnswer.Failed(Problem ?? $"{target} gave no answer", RetryAfter);
        try
        {
            return JsonSerializer.Deserialize(body.Span, type) is { } document ? read(document) : GridAnswer.Failed($"{target} answered null");
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException or OverflowException or ArgumentException)
        {
            return GridAnswer.Failed($"{target} answered something else than its documented JSON: {wrong.Message}");
        }
    }
}
