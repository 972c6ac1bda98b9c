namespace ModelOperator.TrainingRuns;

/// <summary>Latest reports of trainers, by run UID; kept in memory only.</summary>
public interface IProgressSource
{
    /// <summary>The latest report, or null.</summary>
    TrainingProgress? Find(string runUid);
}
