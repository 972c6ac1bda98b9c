using FsCheck;
using FsCheck.Fluent;
using ModelOperator.ModelFormat;
using ModelOperator.Torch;
using ModelOperator.Trainer.Learning.Networks;
using ModelOperator.Trainer.Parameters;

namespace ModelOperator.Trainer.Tests;

/// <summary>What a network's training and serving are made of.</summary>
public sealed class NetworkPartsTests
{
    private static NetworkParameters Parameters => new() { HiddenLayers = [8], LearningRate = 0.2, Epochs = 10, ScheduleFactor = 0.5, ScheduleEpochs = 3 };

    [Theory]
    [InlineData(LearningRateSchedule.Constant, 9, 0.2)]
    [InlineData(LearningRateSchedule.Cosine, 0, 0.2)]
    [InlineData(LearningRateSchedule.Cosine, 5, 0.1)]
    [InlineData(LearningRateSchedule.Step, 2, 0.2)]
    [InlineData(LearningRateSchedule.Step, 3, 0.1)]
    [InlineData(LearningRateSchedule.Step, 9, 0.025)]
    public void The_learning_rate_follows_its_schedule(LearningRateSchedule schedule, int epoch, double expected) =>
        Assert.Equal(expected, LearningRate.Start.At(Parameters with { Schedule = schedule }, epoch), 12);

    [Fact]
    public void On_a_plateau_the_rate_falls_after_its_patience_and_a_better_score_starts_it_anew()
    {
        var network = Parameters with { Schedule = LearningRateSchedule.Plateau };
        var rate = LearningRate.Start;
        List<double> rates = [];
        foreach (var score in (double[])[5, 4, 4, 4, 4, 4, 3, 3, 3, 3, 3])
        {
            rate = rate.After(network, score);
            rates.Add(rate.At(network, 0));
        }

        Assert.Equal([0.2, 0.2, 0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05], rates, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void An_epoch_s_order_holds_every_row_once_and_is_another_in_the_next()
    {
        var first = NetworkRows.Order(3, 0, 500);
        Assert.Equal(Enumerable.Range(0, 500), first.Order());
        Assert.Equal(first, NetworkRows.Order(3, 0, 500));
        Assert.NotEqual(first, NetworkRows.Order(3, 1, 500));
        Assert.NotEqual(first, NetworkRows.Order(4, 0, 500));
    }

    /// <summary>One layer by squared error: gradient and AdamW by their formulas in 64 bits.</summary>
    [Fact]
    public void An_update_is_that_of_AdamW()
    {
        float[] values = [1, 2, -1, 0.5f, 3, -2, 0, 1];
        float[] targets = [1, -1, 2, 0.5f];
        double[] weights = [0.3, -0.2, 0.1];
        var (first, second) = (new double[3], new double[3]);
        using var network = new Network(new NetworkOptions(2, [], 1, NetworkLoss.Squared) { WeightDecay = 0.1 });
        Assert.Equal(9, network.StateLength);
        network.SetState([.. weights.Select(weight => (float)weight), .. new float[6]], NetworkCounters.Start);
        network.SetRows(values, targets);
        for (var step = 1; step <= 20; step++)
        {
            var gradient = new double[3];
            double loss = 0;
            for (var row = 0; row < 4; row++)
            {
                var error = (weights[0] * values[row * 2]) + (weights[1] * values[(row * 2) + 1]) + weights[2] - targets[row];
                loss += error * error / 4;
                foreach (var (at, input) in new double[] { values[row * 2], values[(row * 2) + 1], 1 }.Index())
                    gradient[at] += 2 * error * input / 4;
            }

            for (var i = 0; i < 3; i++)
            {
                first[i] = (0.9 * first[i]) + (0.1 * gradient[i]);
                second[i] = (0.999 * second[i]) + (0.001 * gradient[i] * gradient[i]);
                weights[i] = (weights[i] * (1 - (0.05 * 0.1)))
                    - (0.05 * (first[i] / (1 - Math.Pow(0.9, step))) / (Math.Sqrt(second[i] / (1 - Math.Pow(0.999, step))) + 1e-8));
            }

            Assert.Equal(loss, network.Backward([0, 1, 2, 3], 1, 0), 1e-4);
            Assert.True(network.Update(0.05));
        }

        var state = new float[9];
        Assert.Equal(20, network.GetState(state).Updates);
        Assert.All(weights.Concat(first).Concat(second).Zip(state), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void What_libtorch_refuses_is_an_exception_with_its_reason()
    {
        using var network = new Network(new NetworkOptions(2, [4], 1, NetworkLoss.Squared));
        Assert.Equal("libtorch: rows to train on come first", Assert.Throws<TorchException>(() => network.Backward([0], 1, 0)).Message);
        network.SetRows([1, 2], [3]);
        Assert.Equal("libtorch: a row is out of range", Assert.Throws<TorchException>(() => network.Backward([1], 1, 0)).Message);
        Assert.Equal("libtorch: the state has another length", Assert.Throws<TorchException>(() => network.SetState(new float[3], NetworkCounters.Start)).Message);
        Assert.Equal("libtorch: Target 7 is out of bounds.", Assert.Throws<TorchException>(ClassOutOfRange).Message);
        Assert.Throws<ArgumentException>(() => network.SetRows([1], [3]));
    }

    [Fact]
    public void A_row_is_predicted_the_same_alone_and_among_others_and_close_to_64_bits()
    {
        var shapes = Gen.Choose(1, 70).ArrayOf(3).ToArbitrary();
        Prop.ForAll(shapes, widths =>
        {
            var (columns, hidden, outputs) = (widths[0], widths[1], 1 + (widths[2] % 4));
            float Number(int at) => ((at * 7919 % 1000) - 500) / 900f;
            NetworkLayer Layer(int inputs, int units, int salt) => new(
                inputs, units, Enumerable.Range(salt, inputs * units).Select(Number).ToArray(), Enumerable.Range(salt + 5, units).Select(Number).ToArray());
            NetworkModel model = new([.. Enumerable.Range(0, columns).Select(i => new ScaledColumn(i, null, 0.1, 2))], [Layer(columns, hidden, 1), Layer(hidden, outputs, 2)], 3, 2);
            var scorer = new NetworkScorer(NetworkFile.Read(NetworkFile.Write(model)), new int[columns], TargetType.Regression, outputs);
            float[] rows = [.. Enumerable.Range(0, 37 * columns).Select(i => i % 29 == 0 ? float.NaN : Number(i))];
            var together = new float[37 * outputs];
            scorer.Predict(rows, together);
            return Enumerable.Range(0, 37).All(row =>
            {
                var alone = new float[outputs];
                var values = rows.AsSpan(row * columns, columns).ToArray();
                scorer.Predict(values, alone);
                return alone.AsSpan().SequenceEqual(together.AsSpan(row * outputs, outputs))
                    && Exact(model, values).Zip(alone).All(pair => Math.Abs(pair.First - pair.Second) <= 1e-5 * Math.Max(1, Math.Abs(pair.First)));
            });
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));
    }

    private static IEnumerable<double> Exact(NetworkModel model, float[] row)
    {
        double[] Layer(NetworkLayer layer, double[] values) =>
            [.. layer.Biases.ToArray().Select((bias, unit) => bias + values.Select((value, input) => value * layer.Weights.Span[(unit * layer.Inputs) + input]).Sum())];
        var hidden = Layer(model.Layers[0], [.. row.Select(value => float.IsNaN(value) ? 0 : (value - 0.1) / 2)]);
        return Layer(model.Layers[1], [.. hidden.Select(value => Math.Max(0, value))]).Select(value => (value * 2) + 3);
    }

    private static void ClassOutOfRange()
    {
        using var network = new Network(new NetworkOptions(1, [2], 3, NetworkLoss.Classes));
        network.SetRows([1, 2], [0, 7]);
        network.Backward([0, 1], 1, 0);
    }
}
