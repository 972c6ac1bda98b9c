using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace ModelOperator.XGBoost;

/// <summary>A boosted ensemble held by libxgboost. Not thread-safe.</summary>
public sealed unsafe class Booster : IDisposable
{
    private static readonly Version TrainOneIteration = new(2, 1);

    private static ReadOnlySpan<byte> UbjFormat => "{\"format\":\"ubj\"}\0"u8;

    private Booster(BoosterHandle handle) => Handle = handle;

    /// <summary>Rounds boosted so far.</summary>
    public int Rounds
    {
        get
        {
            int rounds;
            XGBoostException.Check(NativeMethods.XGBoosterBoostedRounds(Handle, &rounds));
            return rounds;
        }
    }

    /// <summary>Number of input columns that the trees were built on.</summary>
    public int FeatureCount
    {
        get
        {
            ulong count;
            XGBoostException.Check(NativeMethods.XGBoosterGetNumFeature(Handle, &count));
            return checked((int)count);
        }
    }

    /// <summary>Where the library really works: cpu, or for example cuda:0. It falls back to the CPU with a warning only.</summary>
    public string Device
    {
        get
        {
            using var configuration = JsonDocument.Parse(SaveConfiguration());
            var parameters = configuration.RootElement.GetProperty("learner").GetProperty("generic_param");
            if (parameters.TryGetProperty("device", out var device))
                return device.GetString() ?? "";
            // Before 2.0.
            return parameters.TryGetProperty("gpu_id", out var gpu) && gpu.GetString() is { } id && id != "-1" ? "cuda:" + id : "cpu";
        }
    }

    internal BoosterHandle Handle { get; }

    /// <summary>Makes an untrained booster that caches predictions for <paramref name="matrices"/>.</summary>
    public static Booster Create(params ReadOnlySpan<DMatrix> matrices)
    {
        var pointers = new nint[matrices.Length];
        for (var i = 0; i < matrices.Length; i++)
            pointers[i] = matrices[i].Handle.DangerousGetHandle();
        nint booster;
        fixed (nint* first = pointers)
            XGBoostException.Check(NativeMethods.XGBoosterCreate(first, (ulong)pointers.Length, &booster));
        return new Booster(new BoosterHandle(booster));
    }

    /// <summary>Loads a model saved by <see cref="Save"/> (or by XGBoost itself, in JSON or UBJ).</summary>
    /// <exception cref="XGBoostException">The bytes are no model of this or an older library version.</exception>
    public static Booster Load(ReadOnlySpan<byte> model, params ReadOnlySpan<DMatrix> matrices)
    {
        var booster = Create(matrices);
        try
        {
            fixed (byte* first = model)
                XGBoostException.Check(NativeMethods.XGBoosterLoadModelFromBuffer(booster.Handle, first, (ulong)model.Length));
            return booster;
        }
        catch
        {
            booster.Dispose();
            throw;
        }
    }

    public void SetParameter(string name, string value) => XGBoostException.Check(NativeMethods.XGBoosterSetParam(Handle, name, value));

    /// <summary>Adds one round of trees.</summary>
    public void Update(int iteration, DMatrix train) => XGBoostException.Check(NativeMethods.XGBoosterUpdateOneIter(Handle, iteration, train.Handle));

    /// <summary>Adds one round of trees fitted to the caller's first and second derivatives of the loss, one per row and class, row by row.</summary>
    public void Update(DMatrix train, ReadOnlySpan<float> gradients, ReadOnlySpan<float> hessians)
    {
        if (gradients.Length == 0 || gradients.Length % train.Rows != 0 || hessians.Length != gradients.Length)
            throw new ArgumentException($"{gradients.Length} gradients and {hessians.Length} hessians for {train.Rows} rows", nameof(gradients));
        var columns = gradients.Length / train.Rows;
        fixed (float* gradient = gradients)
        fixed (float* hessian = hessians)
        {
            if (XGBoostLibrary.Version < TrainOneIteration)
            {
                XGBoostException.Check(NativeMethods.XGBoosterBoostOneIter(Handle, train.Handle, gradient, hessian, (ulong)gradients.Length));
                return;
            }

            fixed (byte* first = ArrayInterface.Dense((nint)gradient, train.Rows, columns))
            fixed (byte* second = ArrayInterface.Dense((nint)hessian, train.Rows, columns))
                XGBoostException.Check(NativeMethods.XGBoosterTrainOneIter(Handle, train.Handle, 0, first, second));
        }
    }

    /// <summary>The library's evaluation line, for example <c>[3]\ttrain-rmse:1.5\tvalidation-rmse:1.7</c>.</summary>
    public string Evaluate(int iteration, IReadOnlyList<(string Name, DMatrix Matrix)> sets)
    {
        var matrices = stackalloc nint[sets.Count];
        var names = stackalloc byte*[sets.Count];
        try
        {
            for (var i = 0; i < sets.Count; i++)
            {
                matrices[i] = sets[i].Matrix.Handle.DangerousGetHandle();
                names[i] = (byte*)Marshal.StringToCoTaskMemUTF8(sets[i].Name);
            }

            byte* result;
            XGBoostException.Check(NativeMethods.XGBoosterEvalOneIter(Handle, iteration, matrices, names, (ulong)sets.Count, &result));
            return Marshal.PtrToStringUTF8((nint)result) ?? "";
        }
        finally
        {
            for (var i = 0; i < sets.Count; i++)
                Marshal.FreeCoTaskMem((nint)names[i]);
        }
    }

    /// <summary>Transformed predictions (the objective's scale), one per row, or for several classes one per row and class, row by row.</summary>
    public float[] Predict(DMatrix matrix)
    {
        ulong* shape;
        ulong dimensions;
        float* result;
        fixed (byte* config = "{\"type\":0,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":false}\0"u8)
            XGBoostException.Check(NativeMethods.XGBoosterPredictFromDMatrix(Handle, matrix.Handle, config, &shape, &dimensions, &result));
        return Result(result, shape, dimensions).ToArray();
    }

    /// <summary>Untransformed predictions for boosting on; cheap for the matrices that the booster was made with, whose predictions it caches.</summary>
    public void PredictMargins(DMatrix matrix, Span<float> margins)
    {
        ulong* shape;
        ulong dimensions;
        float* result;
        fixed (byte* config = "{\"type\":1,\"training\":true,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":false}\0"u8)
            XGBoostException.Check(NativeMethods.XGBoosterPredictFromDMatrix(Handle, matrix.Handle, config, &shape, &dimensions, &result));
        Result(result, shape, dimensions).CopyTo(margins);
    }

    /// <summary>A new booster with the first <paramref name="rounds"/> rounds only.</summary>
    public Booster First(int rounds)
    {
        nint booster;
        XGBoostException.Check(NativeMethods.XGBoosterSlice(Handle, 0, rounds, 1, &booster));
        return new Booster(new BoosterHandle(booster));
    }

    /// <summary>The model in XGBoost's UBJ format.</summary>
    public byte[] Save()
    {
        ulong length;
        byte* buffer;
        fixed (byte* config = UbjFormat)
            XGBoostException.Check(NativeMethods.XGBoosterSaveModelToBuffer(Handle, config, &length, &buffer));
        return new ReadOnlySpan<byte>(buffer, checked((int)length)).ToArray();
    }

    /// <summary>The library's own configuration as JSON, for finding out what it really used.</summary>
    public string SaveConfiguration()
    {
        ulong length;
        byte* json;
        XGBoostException.Check(NativeMethods.XGBoosterSaveJsonConfig(Handle, &length, &json));
        return Encoding.UTF8.GetString(json, checked((int)length));
    }

    /// <summary>Total gain per column; a column that no tree uses has 0.</summary>
    public double[] TotalGain(int columns)
    {
        ulong count, dimensions;
        byte** features;
        ulong* shape;
        float* scores;
        fixed (byte* config = "{\"importance_type\":\"total_gain\"}\0"u8)
            XGBoostException.Check(NativeMethods.XGBoosterFeatureScore(Handle, config, &count, &features, &dimensions, &shape, &scores));
        var gains = new double[columns];
        for (ulong i = 0; i < count; i++)
        {
            // Without feature names the library calls columns f0, f1, …
            if (Marshal.PtrToStringUTF8((nint)features[i]) is ['f', .. var digits] && int.TryParse(digits, out var column) && column < columns)
                gains[column] = scores[i];
        }

        return gains;
    }

    public void Dispose() => Handle.Dispose();

    private static ReadOnlySpan<float> Result(float* values, ulong* shape, ulong dimensions)
    {
        ulong length = 1;
        for (ulong i = 0; i < dimensions; i++)
            length *= shape[i];
        return new ReadOnlySpan<float>(values, checked((int)length));
    }
}
