using ModelOperator.ModelFormat;

namespace ModelOperator.Trainer.Learning;

/// <summary>What a learner found.</summary>
internal interface ILearned : IDisposable
{
    /// <summary>The model's format, as model.json and result.json name it.</summary>
    string Format { get; }

    /// <summary>What is kept beside model.json.</summary>
    byte[] Content { get; }

    /// <summary>All of it but the digest of the content.</summary>
    LearnerDocument Describe();

    /// <summary>One prediction per row, or for several classes one per row and class, row by row.</summary>
    float[] Predict(Dataset dataset);

    /// <summary>How much each feature counts; only the ratios mean something.</summary>
    double[] Importance();
}
