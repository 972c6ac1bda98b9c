using System.Text.Json;
using ModelOperator.Server.Http;

namespace ModelOperator.Server.Feedback;

/// <summary>Reads <c>{"id": …, "truth": …}</c> or <c>{"predictions": [{"id": …, "truth": …}, …]}</c>.</summary>
internal static class FeedbackReader
{
    internal static (List<FeedbackItem> Items, bool Single) Read(ref Utf8JsonReader reader)
    {
        var first = reader;
        first.Read();
        if (first.TokenType != JsonTokenType.PropertyName || !first.ValueTextEquals("predictions"u8))
            return ([ReadItem(ref reader)], true);
        reader.Read();
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
            throw RequestException.BadRequest($"'predictions' is {JsonText.Describe(ref reader)}, expected an array");
        var items = new List<FeedbackItem>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (items.Count == ServerOptions.MostRows)
                throw RequestException.TooManyRows();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw RequestException.BadRequest($"prediction {items.Count} is {JsonText.Describe(ref reader)}, expected an object with 'id' and 'truth'");
            items.Add(ReadItem(ref reader));
        }

        return reader.Read() && reader.TokenType == JsonTokenType.EndObject
            ? (items, false)
            : throw RequestException.BadRequest("nothing may stand beside 'predictions'");
    }

    private static FeedbackItem ReadItem(ref Utf8JsonReader reader)
    {
        string? id = null;
        double? number = null;
        string? label = null;
        bool? flag = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isId = reader.ValueTextEquals("id"u8);
            if (!isId && !reader.ValueTextEquals("truth"u8))
                throw RequestException.BadRequest($"unknown property '{JsonText.Shorten(reader.GetString()!)}'; expected 'id' and 'truth'");
            if (isId ? id is not null : number is not null || label is not null || flag is not null)
                throw RequestException.BadRequest($"'{(isId ? "id" : "truth")}' is given twice");
            reader.Read();
            if (isId)
                id = JsonText.String(ref reader, "id");
            else if (reader.TokenType == JsonTokenType.Number)
                number = reader.GetDouble();
            else if (reader.TokenType is JsonTokenType.True or JsonTokenType.False)
                flag = reader.GetBoolean();
            else if (reader.TokenType == JsonTokenType.String)
                label = reader.GetString();
            else
                throw RequestException.BadRequest($"'truth' is {JsonText.Describe(ref reader)}, expected a number, a label, true or false");
        }

        return id is null || (number is null && label is null && flag is null)
            ? throw RequestException.BadRequest($"'{(id is null ? "id" : "truth")}' is missing")
            : new FeedbackItem(id, number, label, flag);
    }
}
