using System.Text.Json;
using ModelOperator.ModelFormat;
using ModelOperator.ModelFormat.Derived;
using ModelOperator.Server.Http;

namespace ModelOperator.Server.Rows;

/// <summary>Reads rows given as JSON objects of feature name to value, straight from the request's bytes.</summary>
internal sealed class RowReader
{
    private readonly FeatureInput[] _features;
    private readonly Derivation? _derivation;
    private readonly FeatureDocument[] _derived;
    private readonly RequestScan? _scan;

    internal RowReader(ModelDocument model)
    {
        _features = [.. model.Inputs.Select(feature => new FeatureInput(feature, model.UnknownCategory))];
        _derived = [.. model.Features.Skip(_features.Length)];
        _derivation = Derivation.Of(model);
        // What a derived feature lacks has a message of its own.
        _scan = _derivation is null ? RequestScan.Of(_features) : null;
    }

    /// <summary>Features that clients send; in a row the derived ones stand behind them.</summary>
    internal int Columns => _features.Length;

    internal IReadOnlyList<FeatureInput> Features => _features;

    /// <summary>The position of a feature, or -1.</summary>
    internal int IndexOf(string name) => Array.FindIndex(_features, feature => feature.Name == name);

    /// <summary>Reads a request if it has the form that nearly all have.</summary>
    /// <returns>Whether the single form was used; null, and no rows, when it has to be read by <see cref="ReadRequest"/>.</returns>
    internal bool? Scan(ReadOnlySpan<byte> body, RowBuffer rows)
    {
        var single = _scan?.Read(body, rows);
        if (single is null)
            rows.Clear();
        return single;
    }

    /// <summary>Reads <c>{"features": {…}}</c> or <c>{"instances": [{…}, …]}</c>.</summary>
    /// <returns>Whether the single form was used.</returns>
    internal bool ReadRequest(ref Utf8JsonReader reader, RowBuffer rows)
    {
        bool? single = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isFeatures = reader.ValueTextEquals("features"u8);
            if (!isFeatures && !reader.ValueTextEquals("instances"u8))
                throw RequestException.BadRequest($"unknown property '{JsonText.Shorten(reader.GetString()!)}'; expected 'features' or 'instances'");
            if (single is not null)
                throw RequestException.BadRequest("give either 'features' or 'instances', once");
            single = isFeatures;
            reader.Read();
            if (isFeatures)
                ReadRow(ref reader, rows.Add());
            else
                ReadRows(ref reader, rows);
        }

        return single ?? throw RequestException.BadRequest("the body has neither 'features' nor 'instances'");
    }

    /// <summary>Works out the derived features of a row that is encoded.</summary>
    /// <exception cref="RequestException">One has no finite value, which training had not seen.</exception>
    internal void Derive(Span<float> row)
    {
        if (_derivation is null)
            return;
        _derivation.Fill(row);
        for (var i = 0; i < _derived.Length; i++)
        {
            if (float.IsNaN(row[_features.Length + i]) && !_derived[i].AllowMissing)
                throw RequestException.Unprocessable(
                    $"derived feature '{_derived[i].Name}' ({_derived[i].Derived}) has no finite value for this row, and the model was trained without missing values for it");
        }
    }

    /// <summary>Reads one row from the object that the reader is on.</summary>
    internal void ReadRow(ref Utf8JsonReader reader, Span<float> row)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw RequestException.BadRequest($"a row is {JsonText.Describe(ref reader)}, expected an object of feature name to value");
        Span<bool> seen = _features.Length <= 256 ? stackalloc bool[_features.Length] : new bool[_features.Length];
        var next = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var index = Find(ref reader, next);
            if (seen[index])
                throw RequestException.Unprocessable($"feature '{_features[index].Name}' is given twice");
            reader.Read();
            row[index] = _features[index].Encode(ref reader);
            seen[index] = true;
            next = index + 1;
        }

        for (var index = 0; index < seen.Length; index++)
        {
            if (!seen[index])
                row[index] = _features[index].Missing();
        }

        Derive(row);
    }

    private void ReadRows(ref Utf8JsonReader reader, RowBuffer rows)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw RequestException.BadRequest($"'instances' is {JsonText.Describe(ref reader)}, expected an array of rows");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (rows.Count == ServerOptions.MostRows)
                throw RequestException.TooManyRows();
            try
            {
                ReadRow(ref reader, rows.Add());
            }
            catch (RequestException failure)
            {
                throw failure.Of($"instance {rows.Count - 1}");
            }
        }

        if (rows.Count == 0)
            throw RequestException.Unprocessable("'instances' is empty");
    }

    // Clients mostly send features in the model's order, so the next one is tried first.
    private int Find(ref Utf8JsonReader reader, int next)
    {
        if (next < _features.Length && reader.ValueTextEquals(_features[next].Utf8Name))
            return next;
        for (var index = 0; index < _features.Length; index++)
        {
            if (reader.ValueTextEquals(_features[index].Utf8Name))
                return index;
        }

        throw RequestException.Unprocessable(
            $"unknown feature '{JsonText.Shorten(reader.GetString()!)}'; the model takes {string.Join(", ", _features.Select(feature => feature.Name))}");
    }
}
