using ModelOperator.ModelFormat;
using ModelOperator.Torch;
using ModelOperator.Trainer.Data;
using ModelOperator.Trainer.Learning.Linear;
using ModelOperator.Trainer.Output;
using ModelOperator.Trainer.Parameters;

namespace ModelOperator.Trainer.Learning.Networks;

/// <summary>The training of a network: epochs, batches, evaluation, early stopping, checkpoints. libtorch does what is done with a batch.</summary>
/// <param name="parameters">With those of the network.</param>
/// <param name="data">Rows to learn from and to judge by.</param>
/// <param name="threads">The most threads.</param>
/// <param name="time">For the interval between checkpoints and the rows per second.</param>
/// <param name="plan">Checkpoints; null where the state is not worth keeping.</param>
internal sealed class NetworkLearning(TrainingParameters parameters, PreparedData data, int threads, TimeProvider time, CheckpointPlan? plan)
{
    private const int CheckedRows = 256;
    private const double Tolerance = 1e-3;

    private readonly NetworkParameters _network = parameters.Network!;
    private readonly NetworkTarget _target = NetworkTarget.Of(parameters.Objective, data.Table.Outputs, data.Train.Labels);
    private long _savedAt = time.GetTimestamp();
    private int _savedStep = plan?.Resume?.Checkpoint.Step ?? 0;

    /// <param name="report">Called after every epoch.</param>
    /// <param name="stop">When cancelled, the loop checkpoints after the update it is in and ends.</param>
    /// <exception cref="TrainerException">Yielded (with <see cref="ExitCode.Yielded"/>), or the loss is no number any more.</exception>
    internal LearnedNetwork Train(Action<RoundReport> report, CancellationToken stop)
    {
        ScaledColumn[] columns = [.. Design.Learn(data.Train, data.Encodings).Scaled];
        if (columns.Length == 0)
            throw TrainerException.BadData("no feature varies over the training rows, so there is nothing to learn from");
        if (_network.BatchNorm && data.Train.Rows < 2)
            throw TrainerException.BadData("batchNorm needs two training rows or more");
        var train = NetworkRows.Of(data.Train, columns);
        var validation = data.Validation is { } others ? NetworkRows.Of(others, columns) : null;
        var shape = new NetworkShape(columns.Length, _network.HiddenLayers, data.Table.Outputs, _network.BatchNorm);
        using var network = new Network(Options(columns.Length));
        network.SetRows(train.Values, _target.Scale(train.Labels));
        var progress = Learn(network, shape, train, validation, report, stop);
        if (progress.BestState.Length > 0)
            network.SetState(progress.BestState, progress.Counters);
        var state = progress.BestState.Length > 0 ? progress.BestState : progress.State;
        var model = new NetworkModel(columns, [.. shape.Layers.Select(layer => NetworkExport.Layer(shape, layer, state))], _target.Mean, _target.Deviation);
        var categories = data.CategoryCounts();
        var scorer = new NetworkScorer(model, categories, data.Table.TargetType, data.Table.Outputs);
        RequireSame(network, train, columns.Length, scorer, progress.Epoch);
        return new LearnedNetwork(model, scorer, parameters.Objective, _network.EarlyStoppingEpochs > 0 ? progress.Best.Round : progress.Epoch, threads);
    }

    private NetworkProgress Learn(
        Network network, NetworkShape shape, NetworkRows train, NetworkRows? validation, Action<RoundReport> report, CancellationToken stop)
    {
        var progress = plan?.Resume is { } resume
            ? NetworkProgress.Read(resume.Content, shape.Length)
            : new NetworkProgress { State = shape.Initial(parameters.Seed), Counters = NetworkCounters.Start };
        if (progress.Epoch > _network.Epochs)
            throw TrainerException.BadData($"the checkpoint is of epoch {progress.Epoch}, and epochs is {_network.Epochs}");
        network.SetState(progress.State, progress.Counters);
        while (progress.Epoch < _network.Epochs && !progress.Best.ShouldStop(progress.Epoch, _network.EarlyStoppingEpochs))
        {
            var (began, first) = (time.GetTimestamp(), progress.Position);
            var rate = progress.Rate.At(_network, progress.Epoch);
            progress = Epoch(network, progress, rate, train, stop);
            var speed = (train.Labels.Length - first) / Math.Max(1e-9, time.GetElapsedTime(began).TotalSeconds);
            List<KeyValuePair<string, double>> metrics = [KeyValuePair.Create($"train_{_target.ScoreName}", _target.Score(progress.LossSum / train.Labels.Length))];
            if (validation is not null)
                metrics.Add(KeyValuePair.Create($"validation_{_target.ScoreName}", _target.Score(network, validation) ?? throw NoNumber(progress.Epoch)));
            progress = Judge(network, shape, progress, metrics[^1].Value);
            report(new RoundReport(
                progress.Epoch, _network.Epochs, [.. metrics, KeyValuePair.Create("learning_rate", rate), KeyValuePair.Create("samples_per_second", speed)]));
            if (plan?.Directory is { } directory && IsDue(progress.Epoch))
                Save(directory, network, progress);
        }

        // What is trained must outlive a stop, or the end, of the optimising that follows.
        if (parameters.Optimiser is not null && plan?.Directory is { } last && _savedStep != progress.Steps)
            Save(last, network, progress);
        return progress with { State = State(network, shape.Length).State };
    }

    /// <summary>Goes through the rest of an epoch's rows, in an order of its own.</summary>
    private NetworkProgress Epoch(Network network, NetworkProgress progress, double rate, NetworkRows train, CancellationToken stop)
    {
        var order = NetworkRows.Order(parameters.Seed, progress.Epoch, train.Labels.Length);
        while (progress.Position < order.Length)
        {
            if (stop.IsCancellationRequested)
                throw Yield(network, progress);
            if (plan is { Directory: { } directory, Interval: { } interval } && time.GetElapsedTime(_savedAt) >= interval)
                Save(directory, network, progress);
            var rows = order.AsSpan(progress.Position, (int)Math.Min((long)_network.BatchSize * _network.GradientAccumulation, order.Length - progress.Position));
            progress = progress with
            {
                LossSum = progress.LossSum + Update(network, progress, rows, rate),
                Position = progress.Position + rows.Length,
                Steps = progress.Steps + 1,
            };
        }

        return progress with { Epoch = progress.Epoch + 1, Position = 0 };
    }

    /// <returns>The rows' losses.</returns>
    private double Update(Network network, NetworkProgress progress, ReadOnlySpan<int> rows, double rate)
    {
        // The variance of one row is none; it has its turn in another epoch.
        if (_network.BatchNorm && rows.Length == 1)
            return 0;
        double sum = 0;
        for (var first = 0; first < rows.Length; first += _network.BatchSize)
        {
            var batch = rows.Slice(first, Math.Min(_network.BatchSize, rows.Length - first));
            if (_network.BatchNorm && batch.Length == 1)
                continue;
            var seed = RowHash.Mix(parameters.Seed, RowHash.Epoch(progress.Epoch), data.Train.Rows + progress.Position + first);
            var loss = network.Backward(batch, (double)batch.Length / rows.Length, seed);
            if (!double.IsFinite(loss) && _network.MixedPrecision != MixedPrecision.Fp16)
                throw NoNumber(progress.Epoch + 1);
            sum += double.IsFinite(loss) ? loss * batch.Length : 0;
        }

        network.Update(rate);
        return sum;
    }

    private static TrainerException NoNumber(int epoch) => TrainerException.BadData(
        $"in epoch {epoch} the loss is no finite number any more: lower learningRate, or look for extreme targets (parameter 'rowFilter')");

    /// <summary>After an epoch: what its score says of the best one and of the learning rate.</summary>
    private NetworkProgress Judge(Network network, NetworkShape shape, NetworkProgress progress, double score)
    {
        var best = _network.EarlyStoppingEpochs > 0 ? progress.Best.After(progress.Epoch, score) : progress.Best;
        return progress with
        {
            LossSum = 0,
            Rate = progress.Rate.After(_network, score),
            Best = best,
            BestState = best.Round == progress.Epoch && _network.EarlyStoppingEpochs > 0 ? State(network, shape.Length).State : progress.BestState,
        };
    }

    private TrainerException Yield(Network network, NetworkProgress progress)
    {
        if (plan?.Directory is not { } directory)
            return new TrainerException(
                ExitCode.Yielded,
                $"asked to stop in epoch {progress.Epoch + 1}{(plan is null ? " of a fold" : "; MODELOP_CHECKPOINT_DIR is not set")}, so the next attempt starts over");
        Save(directory, network, progress);
        return new TrainerException(ExitCode.Yielded, $"asked to stop; checkpoint of epoch {progress.Epoch} and {progress.Position} rows is in {directory}")
        {
            CheckpointStep = progress.Steps,
        };
    }

    /// <summary>The last epoch too: another run may go on from there with more.</summary>
    private bool IsDue(int epoch) =>
        (_network.CheckpointEveryEpochs > 0 && (epoch % _network.CheckpointEveryEpochs == 0 || epoch == _network.Epochs))
        || (plan?.Interval is not null && epoch == _network.Epochs);

    private void Save(string directory, Network network, NetworkProgress progress)
    {
        var (state, counters) = State(network, progress.State.Length);
        var content = (progress with { State = state, Counters = counters }).Write();
        CheckpointStore.Save(directory, "network", ".bin", progress.Epoch, progress.Steps, content, progress.Best, plan!.Fingerprint);
        (_savedAt, _savedStep) = (time.GetTimestamp(), progress.Steps);
    }

    private static (float[] State, NetworkCounters Counters) State(Network network, int length)
    {
        var state = new float[length];
        var counters = network.GetState(state);
        return (state, counters);
    }

    /// <summary>What is written must predict what was learned.</summary>
    private void RequireSame(Network network, NetworkRows train, int columns, NetworkScorer scorer, int epoch)
    {
        var count = Math.Min(CheckedRows, data.Train.Rows);
        var (expected, predictions) = (new float[count * scorer.Outputs], new float[count * scorer.Outputs]);
        network.Forward(train.Values.AsSpan(0, count * columns), expected);
        if (!Array.TrueForAll(expected, float.IsFinite))
            throw NoNumber(epoch);
        scorer.Predict(data.Train.Values.AsSpan(0, count * data.Train.Columns), predictions);
        foreach (var (index, (ours, theirs)) in predictions.Zip(_target.Link(expected)).Index())
        {
            if (!(Math.Abs((double)ours - theirs) <= Tolerance * _target.Deviation))
                throw new TorchException($"training row {index / data.Table.Outputs} is predicted as {theirs:R}, but the exported network predicts {ours:R}");
        }
    }

    private NetworkOptions Options(int columns) => new(columns, _network.HiddenLayers, data.Table.Outputs, _target.Loss)
    {
        BatchNorm = _network.BatchNorm,
        Dropout = _network.Dropout,
        WeightDecay = _network.WeightDecay,
        Precision = _network.MixedPrecision switch
        {
            MixedPrecision.Bf16 => NetworkPrecision.BFloat16,
            MixedPrecision.Fp16 => NetworkPrecision.Float16,
            _ => NetworkPrecision.Float32,
        },
        Cuda = parameters.Device == TrainingDevice.Cuda,
        Threads = threads,
    };
}
