using ModelOperator.Server.Http;
using ModelOperator.Server.Rows;

namespace ModelOperator.Server.V2;

/// <summary>Turns tensors into rows: either one matrix [n, k] of all features that clients send, in the model's order, or one column [n] or [n, 1] per feature.</summary>
internal static class TensorRows
{
    internal static void Encode(InferRequest request, RowReader features, RowBuffer rows)
    {
        if (request.Inputs is [{ Shape.Count: 2 } matrix] && !(features.IndexOf(matrix.Name) >= 0 && matrix.Shape[1] == 1))
            EncodeMatrix(matrix, features, rows);
        else
            EncodeColumns(request.Inputs, features, rows);
    }

    private static void EncodeMatrix(InferTensor matrix, RowReader features, RowBuffer rows)
    {
        if (matrix.Shape[1] != features.Columns)
            throw RequestException.Unprocessable($"input '{matrix.Name}' has {matrix.Shape[1]} columns, the model takes {features.Columns}");
        var count = CheckedRows(matrix.Shape[0]);
        EncodeRows(count, features, rows, (row, column) =>
            EncodeCell(matrix.Data[(row * features.Columns) + column], features.Features[column], isMatrix: true));
    }

    private static void EncodeColumns(IReadOnlyList<InferTensor> inputs, RowReader features, RowBuffer rows)
    {
        var columns = new InferTensor?[features.Columns];
        foreach (var input in inputs)
            columns[Column(input, inputs[0], features, columns)] = input;
        var count = CheckedRows(inputs[0].Shape[0]);
        EncodeRows(count, features, rows, (row, column) => columns[column] is { } tensor
            ? EncodeCell(tensor.Data[row], features.Features[column], isMatrix: false)
            : features.Features[column].Missing());
    }

    private static int Column(InferTensor input, InferTensor first, RowReader features, InferTensor?[] columns)
    {
        var index = features.IndexOf(input.Name);
        if (index < 0)
            throw RequestException.Unprocessable(
                $"unknown input '{input.Name}'; the model takes {string.Join(", ", features.Features.Select(feature => feature.Name))}, or one matrix [n, {features.Columns}]");
        if (columns[index] is not null)
            throw RequestException.Unprocessable($"input '{input.Name}' is given twice");
        if (input.Shape is not ([_] or [_, 1]))
            throw RequestException.Unprocessable($"input '{input.Name}' has shape [{string.Join(", ", input.Shape)}], expected [n] or [n, 1]");
        return input.Shape[0] == first.Shape[0]
            ? index
            : throw RequestException.Unprocessable($"input '{input.Name}' has {input.Shape[0]} rows, but '{first.Name}' has {first.Shape[0]}");
    }

    private static float EncodeCell(TensorCell cell, FeatureInput feature, bool isMatrix)
    {
        if (cell.IsNull)
            return feature.Missing();
        if (feature.IsCategorical)
            return cell.Text is { } text ? feature.Category(text)
                : isMatrix ? feature.Code(cell.Number)
                : throw feature.WrongType("a number");
        return cell.Text is null ? feature.Number(cell.Number) : throw feature.WrongType("a text");
    }

    private static int CheckedRows(long rows) => rows switch
    {
        0 => throw RequestException.Unprocessable("the inputs have no rows"),
        > ServerOptions.MostRows => throw RequestException.TooManyRows(),
        _ => (int)rows,
    };

    private static void EncodeRows(int count, RowReader features, RowBuffer rows, Func<int, int, float> cell)
    {
        for (var row = 0; row < count; row++)
        {
            var values = rows.Add();
            try
            {
                for (var column = 0; column < features.Columns; column++)
                    values[column] = cell(row, column);
                features.Derive(values);
            }
            catch (RequestException failure)
            {
                throw failure.Of($"row {row}");
            }
        }
    }
}
