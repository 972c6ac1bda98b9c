using System.Text.Json;
using ModelOperator.ModelFormat;
using ModelOperator.Server.Rows;

namespace ModelOperator.Server.Predictions;

/// <summary>
/// What clients are told of a row's predictions: the number itself, or the label of the most probable of several classes with the probability of each.
/// </summary>
internal static class Answer
{
    /// <summary>One number per row, for ids and counters: the prediction, or the position of the most probable class.</summary>
    internal static ReadOnlySpan<float> Values(RowBuffer rows)
    {
        if (rows.Outputs == 1)
            return rows.Predictions;
        var values = new float[rows.Count];
        for (var row = 0; row < values.Length; row++)
            values[row] = Best(Row(rows, row));
        return values;
    }

    /// <summary>The predictions of one row.</summary>
    internal static ReadOnlySpan<float> Row(RowBuffer rows, int row) => rows.Predictions.Slice(row * rows.Outputs, rows.Outputs);

    /// <summary>Writes "prediction", one of several classes, and "probabilities" by label.</summary>
    internal static void Write(Utf8JsonWriter json, ReadOnlySpan<float> predictions, TargetDocument target)
    {
        var classes = target.Classes!;
        json.WriteString("prediction"u8, classes[Best(predictions)]);
        json.WriteStartObject("probabilities"u8);
        for (var i = 0; i < predictions.Length; i++)
            json.WriteNumber(classes[i], predictions[i]);
        json.WriteEndObject();
    }

    // The first of equal ones.
    private static int Best(ReadOnlySpan<float> probabilities)
    {
        var best = 0;
        for (var i = 1; i < probabilities.Length; i++)
        {
            if (probabilities[i] > probabilities[best])
                best = i;
        }

        return best;
    }
}
