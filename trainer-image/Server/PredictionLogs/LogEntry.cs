using ModelOperator.ModelFormat;

namespace ModelOperator.Server.PredictionLogs;

/// <summary>A prediction, or a truth about one, that waits to be sent.</summary>
/// <param name="Id">Id of the prediction.</param>
/// <param name="At">When it was made, or the truth came.</param>
/// <param name="Target">What the model predicts.</param>
/// <param name="Value">The prediction or the truth; of several classes the position of the class.</param>
/// <param name="Row">The row; null for a truth.</param>
/// <param name="Receipt">Of a truth whose request waits until it is kept.</param>
internal sealed record LogEntry(string Id, DateTimeOffset At, TargetDocument Target, double Value, LoggedRow? Row, TruthReceipt? Receipt = null)
{
    // Objects, references and the entry's place in the queue.
    private const int Overhead = 160;

    /// <summary>About what it takes of the memory.</summary>
    internal int Bytes => Overhead + (2 * Id.Length) + (sizeof(float) * (Row?.Values.Length ?? 0));
}
