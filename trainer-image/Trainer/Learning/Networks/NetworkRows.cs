using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Data;

namespace ModelOperator.Trainer.Learning.Networks;

/// <summary>Rows as a network takes them.</summary>
/// <param name="Values">Scaled columns, row by row.</param>
/// <param name="Labels">As they are.</param>
internal sealed record NetworkRows(float[] Values, float[] Labels)
{
    internal static NetworkRows Of(Dataset data, ReadOnlySpan<ScaledColumn> columns)
    {
        var values = new float[data.Rows * columns.Length];
        for (var row = 0; row < data.Rows; row++)
            ScaledColumn.Fill(columns, data.Values.AsSpan(row * data.Columns, data.Columns), values.AsSpan(row * columns.Length));
        return new NetworkRows(values, data.Labels);
    }

    /// <summary>The order of an epoch's rows, by a hash of seed and epoch (Fisher and Yates).</summary>
    internal static int[] Order(int seed, int epoch, int rows)
    {
        var order = Enumerable.Range(0, rows).ToArray();
        var salt = RowHash.Epoch(epoch);
        for (var i = rows - 1; i > 0; i--)
        {
            var other = (int)(RowHash.Mix(seed, salt, i) % (ulong)(i + 1));
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order;
    }
}
