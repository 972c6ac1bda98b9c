namespace ModelOperator.Operator.Tests.World;

/// <summary>What becomes of a training Pod.</summary>
internal enum PodFate
{
    Succeed,
    RunForever,
    SavesWhenAsked,
    ImagePullFails,
    DigestMismatch,
    DatasetGone,
    StoreDownInFetch,
    TrainerExits1,
    TrainerExits137,
    OutOfMemory,
    NoMetrics,
    Evicted,
    Vanish,
}
