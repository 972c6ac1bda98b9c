using ModelOperator.Torch;

namespace ModelOperator.Trainer.Learning.Networks;

/// <summary>All that a training needs to go on as if nothing had happened; generators are seeded anew for every batch, so their state is the place in the epoch.</summary>
internal sealed record NetworkProgress
{
    private const int Magic = 0x314E4F4D;

    /// <summary>Epochs done.</summary>
    public int Epoch { get; init; }

    /// <summary>Rows of the epoch that is under way that were used.</summary>
    public int Position { get; init; }

    /// <summary>Updates that were tried.</summary>
    public int Steps { get; init; }

    /// <summary>Of this epoch's rows.</summary>
    public double LossSum { get; init; }

    public LearningRate Rate { get; init; } = LearningRate.Start;

    public EarlyStopping Best { get; init; } = EarlyStopping.Start;

    public NetworkCounters Counters { get; init; }

    /// <summary>The network's state.</summary>
    public required float[] State { get; init; }

    /// <summary>That of the best epoch; empty where the last one is kept.</summary>
    public float[] BestState { get; init; } = [];

    internal byte[] Write()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Magic);
        foreach (var number in (ReadOnlySpan<int>)[Epoch, Position, Steps, Rate.Idle, Best.Round])
            writer.Write(number);
        foreach (var number in (ReadOnlySpan<double>)[LossSum, Rate.Factor, Rate.Best, Best.Score, Counters.LossScale])
            writer.Write(number);
        writer.Write(Counters.Updates);
        writer.Write(Counters.GoodUpdates);
        Write(writer, State);
        Write(writer, BestState);
        writer.Flush();
        return stream.ToArray();
    }

    /// <exception cref="TrainerException">The content is none of this format, or of a network of another shape.</exception>
    internal static NetworkProgress Read(byte[] content, int length)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(content));
            if (reader.ReadInt32() != Magic)
                throw TrainerException.BadData("the checkpoint is not of this trainer's format");
            var (epoch, position, steps, idle, bestRound) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
            var (loss, factor, bestRate, bestScore, scale) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
            var counters = new NetworkCounters(reader.ReadInt64(), reader.ReadInt64(), scale);
            return new NetworkProgress
            {
                Epoch = epoch,
                Position = position,
                Steps = steps,
                LossSum = loss,
                Rate = new LearningRate(factor, idle, bestRate),
                Best = new EarlyStopping(bestRound, bestScore),
                Counters = counters,
                State = ReadState(reader, length) is { Length: > 0 } state ? state : throw TrainerException.BadData("the checkpoint has no weights"),
                BestState = ReadState(reader, length),
            };
        }
        catch (EndOfStreamException failure)
        {
            throw new TrainerException(ExitCode.Data, "the checkpoint is cut off", failure);
        }
    }

    private static void Write(BinaryWriter writer, float[] numbers)
    {
        writer.Write(numbers.Length);
        foreach (var number in numbers)
            writer.Write(number);
    }

    private static float[] ReadState(BinaryReader reader, int length)
    {
        var count = reader.ReadInt32();
        if (count != 0 && count != length)
            throw TrainerException.BadData($"the checkpoint has {count} weights, the network {length}");
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
            numbers[i] = reader.ReadSingle();
        return numbers;
    }
}
