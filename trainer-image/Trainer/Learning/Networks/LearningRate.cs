using ModelOperator.Trainer.Parameters;

namespace ModelOperator.Trainer.Learning.Networks;

/// <summary>The learning rate of an epoch; of Plateau also what it remembers of the scores (as torch.optim's ReduceLROnPlateau does, its threshold of 0.0001 included).</summary>
/// <param name="Factor">What Plateau has made of the rate so far.</param>
/// <param name="Idle">Epochs without a better score.</param>
/// <param name="Best">The best score.</param>
internal readonly record struct LearningRate(double Factor, int Idle, double Best)
{
    private const double Threshold = 1e-4;

    internal static LearningRate Start { get; } = new(1, 0, double.PositiveInfinity);

    /// <param name="network">The parameters.</param>
    /// <param name="epoch">From 0.</param>
    internal double At(NetworkParameters network, int epoch) => network.LearningRate * network.Schedule switch
    {
        LearningRateSchedule.Cosine => (1 + Math.Cos(Math.PI * epoch / network.Epochs)) / 2,
        LearningRateSchedule.Step => Math.Pow(network.ScheduleFactor, epoch / network.ScheduleEpochs),
        LearningRateSchedule.Plateau => Factor,
        _ => 1,
    };

    /// <summary>After an epoch of this score.</summary>
    internal LearningRate After(NetworkParameters network, double score)
    {
        if (network.Schedule != LearningRateSchedule.Plateau)
            return this;
        if (score < Best * (1 - Threshold))
            return this with { Idle = 0, Best = score };
        return Idle < network.ScheduleEpochs ? this with { Idle = Idle + 1 } : this with { Idle = 0, Factor = Factor * network.ScheduleFactor };
    }
}
