using ModelOperator.Trainer.Learning;

namespace ModelOperator.Trainer.Optimising;

/// <summary>Measures loaded models on this machine, one thread, by rows that they were not trained on.</summary>
internal sealed class Meter(Dataset rows, int outputs, TimeProvider time)
{
    private const int SingleRows = 1000;
    private const int Batches = 30;
    private const int BatchRows = 100;
    private const int MostCalls = 1 << 20;

    // Shorter spells of processor time are counted too coarsely.
    private static readonly TimeSpan LeastCpu = TimeSpan.FromMilliseconds(25);

    /// <summary>One look at a model.</summary>
    internal Measurement Look(Loaded model)
    {
        var cpu = Cpu(model.Predict);
        var single = Times(model.Predict, SingleRows, 1);
        var batches = Times(model.Predict, Batches, BatchRows);
        return new Measurement(model.MemoryBytes, At(single, 0.5), At(single, 0.99), At(batches, 0.5), cpu);
    }

    private double Cpu(RowsPrediction predictor)
    {
        var predictions = new float[outputs];
        for (var calls = 256; ; calls *= 2)
        {
            var before = Environment.CpuUsage.TotalTime;
            for (var call = 0; call < calls; call++)
                predictor(Rows(call, 1), predictions);
            var spent = Environment.CpuUsage.TotalTime - before;
            if (spent >= LeastCpu || calls >= MostCalls)
                return spent.TotalMilliseconds * 1000 / calls;
        }
    }

    private double[] Times(RowsPrediction predictor, int calls, int count)
    {
        var used = Math.Min(count, rows.Rows);
        var predictions = new float[used * outputs];
        var times = new double[calls];
        for (var call = 0; call < calls; call++)
        {
            var values = Rows(call * used, used);
            var began = time.GetTimestamp();
            predictor(values, predictions);
            times[call] = time.GetElapsedTime(began).TotalMilliseconds;
        }

        Array.Sort(times);
        return times;
    }

    private ReadOnlySpan<float> Rows(int first, int count) => rows.Values.AsSpan(first % (rows.Rows - count + 1) * rows.Columns, count * rows.Columns);

    private static double At(double[] sorted, double share) => sorted[(int)(share * (sorted.Length - 1))];
}
