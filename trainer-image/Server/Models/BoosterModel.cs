using ModelOperator.ModelFormat;
using ModelOperator.XGBoost;

namespace ModelOperator.Server.Models;

/// <summary>Trees in libxgboost, which copies rows to the GPU, walks all trees there and copies the predictions back.</summary>
internal sealed class BoosterModel : IDeviceModel
{
    // Parameter device came with it.
    private static readonly Version Oldest = new(2, 0);

    private readonly DensePredictor _predictor;

    /// <param name="bundle">Of a booster.</param>
    /// <param name="mostRows">The most rows of one call.</param>
    /// <param name="rehearsal">On the CPU, for tests.</param>
    /// <exception cref="DeviceUnavailableException">There is no GPU that the library works on.</exception>
    /// <exception cref="XGBoostException">The library cannot load the model.</exception>
    /// <exception cref="ArgumentException">The model has another number of columns.</exception>
    internal BoosterModel(ModelBundle bundle, int mostRows, bool rehearsal)
    {
        if (!rehearsal)
            Require();
        _predictor = new DensePredictor(bundle.Learned.Span, bundle.Document.Columns.Count(), mostRows, bundle.Document.Target.Outputs, cuda: !rehearsal);
        try
        {
            RequireDevice(_predictor, rehearsal ? "cpu" : "cuda");
        }
        catch
        {
            _predictor.Dispose();
            throw;
        }
    }

    public string Name => "libxgboost";

    /// <summary>Leaves are summed in 32 bits, in whatever order.</summary>
    public SampleTolerance Tolerance => SampleTolerance.Exact;

    public void Predict(ReadOnlySpan<float> rows, Span<float> predictions) => _predictor.Predict(rows, predictions);

    public void Dispose() => _predictor.Dispose();

    /// <summary>What the library says itself of where it predicts; it would take the CPU with no more than a warning.</summary>
    /// <exception cref="DeviceUnavailableException">It is elsewhere.</exception>
    internal static void RequireDevice(DensePredictor predictor, string device)
    {
        if (predictor.Device is var actual && !actual.StartsWith(device, StringComparison.Ordinal))
            throw new DeviceUnavailableException($"libxgboost {XGBoostLibrary.Version} would predict on '{actual}'");
    }

    private static void Require()
    {
        string? reason;
        try
        {
            reason = XGBoostLibrary.WhyNotCuda ?? (XGBoostLibrary.Version < Oldest ? $"libxgboost {XGBoostLibrary.Version} is older than {Oldest}, which has no parameter device" : null);
        }
        catch (DllNotFoundException failure)
        {
            throw new DeviceUnavailableException(failure.Message, failure);
        }

        if (reason is not null)
            throw new DeviceUnavailableException(reason);
    }
}
