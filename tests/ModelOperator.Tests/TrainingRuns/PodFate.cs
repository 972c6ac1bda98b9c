namespace ModelOperator.Tests.TrainingRuns;

/// <summary>What the toy kubelet lets a Pod do.</summary>
internal enum PodFate
{
    Succeed,
    TrainerExits1,
    TrainerExits137,
    OutOfMemory,
    Yield,
    DigestMismatch,
    StoreDownInFetch,
    StoreDownInPublish,
    NoMetrics,
    DeletedByUser,
    Evicted,
    Vanish,
    NodeLost,
    ImagePullFails,
    RunForever,
    SavesWhenAsked,
    DoneWhenAsked,
    NeverScheduled,
    TrainerExits139,
}
