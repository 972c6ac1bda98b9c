namespace ModelOperator.Server.Models;

/// <summary>What predicts.</summary>
public enum ServingDevice
{
    /// <summary>The processors: every learner, each row on the thread that read it.</summary>
    Cpu,

    /// <summary>The first GPU: networks by libtorch, trees by libxgboost. Never the processors in its stead.</summary>
    Cuda,
}
