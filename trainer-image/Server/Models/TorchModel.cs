using System.Diagnostics.CodeAnalysis;
using ModelOperator.ModelFormat;
using ModelOperator.Torch;

namespace ModelOperator.Server.Models;

/// <summary>
/// A network in libtorch. Rows become columns and outputs become predictions here, by the code that trainer and CPU have; the layers are libtorch's. Of a network
/// that was kept in 16 bits the layers in the middle make their products in these; the first, whose columns are as far apart as outliers are, and the last are in 32.
/// </summary>
internal sealed class TorchModel : IDeviceModel
{
    private readonly NetworkFrame _frame;
    private readonly Scorer _scorer;
    private float[] _values = [];
    private float[] _outputs = [];

    private TorchModel(NetworkFrame frame, Scorer scorer, bool half) =>
        (_frame, _scorer, Tolerance) = (frame, scorer, new SampleTolerance(half ? 1e-2 : 1e-4, Math.Max(1, Math.Abs(frame.Scale))));

    public string Name => "libtorch";

    /// <summary>Of the larger of a prediction, 1 and the deviation of the training rows' targets: 1e-4 in 32 bits, 1e-2 where products are of 16.</summary>
    public SampleTolerance Tolerance { get; }

    /// <param name="bundle">Of a network.</param>
    /// <param name="rehearsal">On the CPU, for tests.</param>
    /// <exception cref="ModelFormatException">The model is malformed, or was rounded to 8 bits, for which a GPU has no products here.</exception>
    /// <exception cref="DeviceUnavailableException">There is no libtorch, or no GPU that it works on.</exception>
    /// <exception cref="DeviceFailedException">libtorch refuses, for example for want of memory.</exception>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The model owns the scorer.")]
    internal static TorchModel Make(ModelBundle bundle, bool rehearsal)
    {
        var model = NetworkFile.Read(bundle.Learned, bundle.Document.Learner.File);
        var frame = NetworkFrame.Of(bundle, model);
        if (model.Layers.Any(static layer => layer.Int8 is not null))
            throw new ModelFormatException($"{bundle.Document.Learner.File} is rounded to 8 bits, whose sums are for processors: device 'cuda' serves the model itself and variant fp16");
        try
        {
            if (!rehearsal && TorchLibrary.WhyNotCuda is { } reason)
                throw new DeviceUnavailableException(reason);
            var layers = model.Layers.Select((layer, index) => new ScorerLayer(
                layer.Inputs, layer.Outputs, layer.Weights, layer.Biases, layer.Half && index > 0 && index + 1 < model.Layers.Count)).ToList();
            return new TorchModel(frame, new Scorer(layers, cuda: !rehearsal, threads: 1), layers.Exists(static layer => layer.Half));
        }
        catch (DllNotFoundException failure)
        {
            throw new DeviceUnavailableException(failure.Message, failure);
        }
        catch (TorchException failure)
        {
            throw new DeviceFailedException(failure);
        }
    }

    public void Predict(ReadOnlySpan<float> rows, Span<float> predictions)
    {
        var count = predictions.Length / _frame.Outputs;
        if (rows.Length != count * _frame.Features || predictions.Length != count * _frame.Outputs)
            throw new ArgumentException($"{rows.Length} values of {_frame.Features} features for {predictions.Length} predictions, {_frame.Outputs} a row", nameof(rows));
        var values = Room(ref _values, count * _frame.Columns);
        var outputs = Room(ref _outputs, count * _frame.Outputs);
        _frame.Fill(rows, values);
        _scorer.Forward(values, outputs);
        _frame.Link(outputs, _frame.Outputs, predictions);
    }

    public void Dispose() => _scorer.Dispose();

    private static Span<float> Room(ref float[] array, int length)
    {
        if (array.Length < length)
            array = new float[length];
        return array.AsSpan(0, length);
    }
}
