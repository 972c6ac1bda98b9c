using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using ModelOperator.ModelFormat;
using ModelOperator.Server.Http;

namespace ModelOperator.Server.Rows;

/// <summary>Turns one feature's value, as a client sends it, into what the booster takes.</summary>
internal sealed class FeatureInput
{
    // Below this many categories, comparing bytes beats making a string and hashing it.
    private const int FewCategories = 16;

    private readonly FeatureDocument _feature;
    private readonly UnknownCategory _unknown;
    private readonly byte[][] _texts;
    private readonly byte[][] _quoted;
    private readonly FrozenDictionary<string, int> _codes;
    private long _unknownSeen;

    internal FeatureInput(FeatureDocument feature, UnknownCategory unknown)
    {
        _feature = feature;
        _unknown = unknown;
        Utf8Name = Encoding.UTF8.GetBytes(feature.Name);
        var categories = feature.Categories ?? [];
        _texts = categories.Count <= FewCategories ? [.. categories.Select(Encoding.UTF8.GetBytes)] : [];
        _quoted = [.. _texts.Select(Quote)];
        QuotedName = Quote(Utf8Name);
        IsPlain = categories.Count <= FewCategories && IsPlainText(Utf8Name) && Array.TrueForAll(_texts, IsPlainText);
        _codes = categories.Select((text, code) => KeyValuePair.Create(text, code)).ToFrozenDictionary(StringComparer.Ordinal);
    }

    internal string Name => _feature.Name;

    internal byte[] Utf8Name { get; }

    /// <summary>The name as JSON has it, where <see cref="IsPlain"/>.</summary>
    internal byte[] QuotedName { get; }

    /// <summary>Whether name and categories, few enough, stand in JSON as they are, so that <see cref="TryScan"/> may be used.</summary>
    internal bool IsPlain { get; }

    internal bool AllowsMissing => _feature.AllowMissing;

    /// <summary>Values of no category that training had, refused ones among them.</summary>
    internal long UnknownSeen => Interlocked.Read(ref _unknownSeen);

    internal bool IsCategorical => _feature.Type == FeatureType.Categorical;

    /// <summary>Encodes the token that the reader is on.</summary>
    /// <exception cref="RequestException">The value does not fit the feature.</exception>
    internal float Encode(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => Missing(),
        JsonTokenType.Number when !IsCategorical => Number(reader.GetDouble()),
        JsonTokenType.String when IsCategorical => Category(ref reader),
        _ => throw WrongType(JsonText.Describe(ref reader)),
    };

    /// <summary>Encodes what the scanner is on.</summary>
    /// <returns>False for what it does not understand, errors among it.</returns>
    internal bool TryScan(ref RowScanner scanner, out float value)
    {
        value = float.NaN;
        if (IsCategorical)
        {
            for (var code = 0; code < _quoted.Length; code++)
            {
                if (scanner.TakeText(_quoted[code]))
                {
                    value = code;
                    return true;
                }
            }
        }
        else if (scanner.TryNumber(out var number))
        {
            value = (float)number;
            return float.IsFinite(value);
        }

        return _feature.AllowMissing && scanner.TakeText("null"u8);
    }

    /// <summary>The code for null or an absent feature.</summary>
    internal float Missing() => _feature.AllowMissing
        ? float.NaN
        : throw RequestException.Unprocessable($"feature '{Name}' is missing, and the model was trained without missing values for it");

    internal float Number(double value)
    {
        var number = (float)value;
        return float.IsFinite(number) ? number : throw RequestException.Unprocessable($"feature '{Name}' is not a finite 32-bit number");
    }

    /// <summary>An empty text is a missing value, as an empty cell is to the trainer: texts in binary tensors have no null.</summary>
    internal float Category(string text) => _codes.TryGetValue(text, out var code) ? code : text.Length == 0 && _feature.AllowMissing ? float.NaN : Unknown(text);

    /// <summary>Checks a category's code, for clients that send a purely numeric matrix.</summary>
    internal float Code(double value) => value >= 0 && value < _codes.Count && value == Math.Floor(value)
        ? (float)value
        : throw RequestException.Unprocessable($"feature '{Name}' takes category codes 0 to {_codes.Count - 1} in a numeric matrix");

    internal RequestException WrongType(string got) => RequestException.Unprocessable(
        $"feature '{Name}' is {got}, expected {(IsCategorical ? "a text" : "a number")}{(_feature.AllowMissing ? " or null" : "")}");

    private float Category(ref Utf8JsonReader reader)
    {
        for (var code = 0; code < _texts.Length; code++)
        {
            if (reader.ValueTextEquals(_texts[code]))
                return code;
        }

        return Category(reader.GetString()!);
    }

    private float Unknown(string text)
    {
        Interlocked.Increment(ref _unknownSeen);
        return Treat(text);
    }

    private float Treat(string text) => _unknown switch
    {
        UnknownCategory.Missing => float.NaN,
        UnknownCategory.Fail => throw new RequestException(
            StatusCodes.Status500InternalServerError,
            $"the model cannot score category '{JsonText.Shorten(text)}' of feature '{Name}': no training row had it (unknownCategory: Fail)",
            $"the model cannot score a category of feature '{Name}' that no training row had (unknownCategory: Fail)"),
        _ => throw RequestException.Unprocessable($"feature '{Name}' has unknown category '{JsonText.Shorten(text)}'; allowed are {Allowed()}"),
    };

    private string Allowed()
    {
        var categories = _feature.Categories!;
        var shown = string.Join(", ", categories.Take(20).Select(JsonText.Shorten));
        return categories.Count <= 20 ? shown : $"{shown} and {categories.Count - 20} more";
    }

    private static byte[] Quote(byte[] text) => [(byte)'"', .. text, (byte)'"'];

    private static bool IsPlainText(byte[] text) => !text.AsSpan().ContainsAnyInRange((byte)0, (byte)31) && !text.AsSpan().ContainsAny((byte)'"', (byte)'\\');
}
