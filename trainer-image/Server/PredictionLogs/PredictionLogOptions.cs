using System.Globalization;
using System.Text.Json;
using ModelOperator.Server.Models;

namespace ModelOperator.Server.PredictionLogs;

/// <summary>Which predictions are handed over, and to whom.</summary>
/// <param name="Url">Where batches are posted.</param>
/// <param name="Token">Bearer token, good for predictions of this server's version alone; never logged.</param>
/// <param name="Rate">Share of the predictions, 0 to 1.</param>
public sealed record PredictionLogOptions(Uri Url, string Token, double Rate)
{
    /// <summary>In <see cref="Redact"/>: all features.</summary>
    public const string All = "*";

    // While requests wait for a batch.
    private static readonly TimeSpan ShortFill = TimeSpan.FromMilliseconds(50);

    /// <summary>Whether feedback is answered only once its truths are kept.</summary>
    public bool KeepsTruths { get; init; }

    /// <summary>Features that are never told.</summary>
    public IReadOnlyList<string> Redact { get; init; } = [];

    /// <summary>How long a batch may take, its answer included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the first row of a batch waits for others.</summary>
    public TimeSpan Fill { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long what waits is still sent after the last request was answered.</summary>
    public TimeSpan Flush { get; init; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public override string ToString() => nameof(PredictionLogOptions);

    /// <summary>Reads the settings; null when there is no MODELOP_PREDICTION_LOG_URL.</summary>
    /// <param name="get">Value of a variable, null when absent or empty.</param>
    /// <exception cref="ArgumentException">A variable is missing or malformed; the message names it and never quotes the token.</exception>
    internal static PredictionLogOptions? Read(Func<string, string?> get)
    {
        if (get("MODELOP_PREDICTION_LOG_URL") is not { } address)
            return null;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new ArgumentException($"MODELOP_PREDICTION_LOG_URL is '{address}', allowed is an http(s) URL");
        var token = get("MODELOP_PREDICTION_LOG_TOKEN") ?? throw new ArgumentException("environment variable MODELOP_PREDICTION_LOG_TOKEN is not set");
        if (token.Any(static c => !char.IsAscii(c) || char.IsControl(c)))
            throw new ArgumentException("MODELOP_PREDICTION_LOG_TOKEN has characters that no token has");
        var text = get("MODELOP_PREDICTION_LOG_RATE") ?? throw new ArgumentException("environment variable MODELOP_PREDICTION_LOG_RATE is not set");
        var isKept = get("MODELOP_PREDICTION_LOG_ACKNOWLEDGE") switch
        {
            null or "Counted" => false,
            "Kept" => true,
            var other => throw new ArgumentException($"MODELOP_PREDICTION_LOG_ACKNOWLEDGE is '{other}', allowed is Counted or Kept"),
        };
        var options = new PredictionLogOptions(url, token, 0) { KeepsTruths = isKept, Redact = Names(get("MODELOP_PREDICTION_LOG_REDACT")) };
        if (isKept)
            options = options with { Fill = ShortFill };
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) && rate is >= 0 and <= 1
            ? options with { Rate = rate }
            : throw new ArgumentException($"MODELOP_PREDICTION_LOG_RATE is '{text}', allowed is a number from 0 to 1");
    }

    private static string[] Names(string? json)
    {
        try
        {
            return json is null ? [] : JsonSerializer.Deserialize(json, SampleJsonContext.Default.StringArray) is { } names && !names.Contains(null)
                ? names
                : throw new ArgumentException($"MODELOP_PREDICTION_LOG_REDACT is '{json}', allowed is a JSON array of texts");
        }
        catch (JsonException)
        {
            throw new ArgumentException($"MODELOP_PREDICTION_LOG_REDACT is '{json}', allowed is a JSON array of texts");
        }
    }
}
