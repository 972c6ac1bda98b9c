namespace ModelOperator.Server.Models;

/// <summary>What was learned, on a GPU. Not thread-safe: a GPU does one thing after the other, best for many rows at once.</summary>
internal interface IDeviceModel : IDisposable
{
    /// <summary>For people: what does the work.</summary>
    string Name { get; }

    /// <summary>How far predictions may be from the trainer's.</summary>
    SampleTolerance Tolerance { get; }

    /// <summary>Fills the predictions of encoded rows.</summary>
    void Predict(ReadOnlySpan<float> rows, Span<float> predictions);
}
