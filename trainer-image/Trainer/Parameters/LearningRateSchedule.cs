namespace ModelOperator.Trainer.Parameters;

/// <summary>How the learning rate goes over the epochs.</summary>
public enum LearningRateSchedule
{
    Constant,

    /// <summary>From the rate to zero along half a cosine.</summary>
    Cosine,

    /// <summary>Times a factor after every so many epochs.</summary>
    Step,

    /// <summary>Times a factor after so many epochs without a better validation score.</summary>
    Plateau,
}
