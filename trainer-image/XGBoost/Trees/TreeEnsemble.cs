using ModelOperator.ModelFormat;

namespace ModelOperator.XGBoost.Trees;

/// <summary>
/// Trees that are walked here instead of in libxgboost, whose call costs some 100 microseconds for one row. The numbers are the same to the last bit:
/// 32-bit comparisons (left where value &lt; threshold), leaves added to the base margin in the order of the trees in 32 bits, the same exp of the C library.
/// Immutable: any number of threads may predict at once.
/// </summary>
public sealed class TreeEnsemble
{
    private readonly TreeWalk _walk;
    private readonly TargetType _target;

    private TreeEnsemble(TreesModel model, TreeWalk walk)
    {
        (Columns, Outputs) = (model.Columns, model.Outputs);
        (_walk, _target) = (walk, model.Target);
    }

    /// <summary>Columns of a row.</summary>
    public int Columns { get; }

    /// <summary>Predictions per row: one, or one per class.</summary>
    public int Outputs { get; }

    /// <summary>Bytes of memory that it holds, but for some hundred.</summary>
    public long HeldBytes => _walk.HeldBytes;

    /// <summary>Reads the trees out of a model.</summary>
    /// <exception cref="NotSupportedException">The model is sound, but has something that is not walked here; the message says what.</exception>
    /// <exception cref="FormatException">The model cannot be read.</exception>
    public static TreeEnsemble Read(ReadOnlySpan<byte> model, int columns) => Of(TreeEnsembleReader.Read(model, columns, weighed: false));

    /// <summary>Reads what a model's directory holds in format modelop/trees-v1.</summary>
    /// <exception cref="ModelFormatException">It is malformed, or contradicts itself or model.json.</exception>
    public static TreeEnsemble Read(ModelBundle bundle)
    {
        var (columns, target) = (bundle.Document.Columns.Count(), bundle.Document.Target);
        var model = TreesFile.Read(bundle.Learned, target.Type);
        if (model.Columns != columns || model.Outputs != target.Outputs)
            throw new ModelFormatException(
                $"{bundle.Document.Learner.File} has {model.Columns} columns and {model.Outputs} outputs, {ModelDocument.FileName} {columns} and {target.Outputs}");
        try
        {
            return Of(model);
        }
        catch (NotSupportedException failure)
        {
            throw new ModelFormatException($"{bundle.Document.Learner.File}: {failure.Message}", failure);
        }
    }

    /// <summary>Lays trees out for the walk.</summary>
    /// <exception cref="NotSupportedException">A tree is too wide.</exception>
    public static TreeEnsemble Of(TreesModel model) => new(model, (TreeWalk?)CompleteLayout.Of(model) ?? SparseLayout.Of(model));

    /// <summary>The same by one way to walk; null where the trees do not suit it.</summary>
    internal static TreeEnsemble? Of(TreesModel model, TreePath path) =>
        (path == TreePath.Sparse ? (TreeWalk)SparseLayout.Of(model) : CompleteLayout.Of(model, path)) is { } walk ? new(model, walk) : null;

    /// <summary>Predicts rows (row-major, NaN is missing), <see cref="Outputs"/> predictions each.</summary>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public void Predict(ReadOnlySpan<float> rows, Span<float> predictions)
    {
        var all = predictions.Length / Outputs;
        if (rows.Length != (long)all * Columns || predictions.Length != all * Outputs)
            throw new ArgumentException($"{rows.Length} values of {Columns} columns for {predictions.Length} predictions, {Outputs} a row", nameof(rows));
        _walk.Sum(rows, predictions);
        if (_target == TargetType.Binary)
            ToProbabilities(predictions);
        else if (_target == TargetType.Multiclass)
            ToClassProbabilities(predictions);
    }

    /// <summary>The thresholds that a column is compared with, for choosing rows that reach every branch.</summary>
    internal float[] Thresholds(int column) => _walk.Thresholds(column);

    // XGBoost's Sigmoid, with its epsilon and its bound against overflow.
    private static void ToProbabilities(Span<float> sums)
    {
        foreach (ref var sum in sums)
            sum = 1 / (MathF.Exp(MathF.Min(-sum, 88.7f)) + 1 + 1e-16f);
    }

    // XGBoost's Softmax: exponentials in 32 bits, their sum in 64.
    private void ToClassProbabilities(Span<float> sums)
    {
        for (; sums.Length > 0; sums = sums[Outputs..])
        {
            var row = sums[..Outputs];
            var most = row[0];
            foreach (var sum in row)
                most = MathF.Max(most, sum);
            double all = 0;
            foreach (ref var sum in row)
                all += sum = MathF.Exp(sum - most);
            foreach (ref var sum in row)
                sum /= (float)all;
        }
    }
}
