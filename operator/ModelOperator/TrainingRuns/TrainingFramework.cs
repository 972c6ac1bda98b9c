namespace ModelOperator.TrainingRuns;

/// <summary>Whose rendezvous variables the trainers get. docs/training-runs.md lists them.</summary>
public enum TrainingFramework
{
    /// <summary>None; for one node.</summary>
    None,

    /// <summary>PyTorch: torchrun (PET_*) and scripts without it (MASTER_ADDR, WORLD_SIZE, RANK).</summary>
    Torch,

    /// <summary>TensorFlow: TF_CONFIG.</summary>
    TensorFlow,

    /// <summary>XGBoost: DMLC_*.</summary>
    XGBoost,

    /// <summary>JAX: JAX_* and COORDINATOR_*.</summary>
    JAX,

    /// <summary>The trainer finds its peers by MODELOP_COORDINATOR_ADDRESS and MODELOP_NODE_RANK.</summary>
    Custom,
}
