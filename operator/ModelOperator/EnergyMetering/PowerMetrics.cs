namespace ModelOperator.EnergyMetering;

/// <summary>Names of metrics that tell energy: NVIDIA's DCGM exporter, our own energy agent, Kepler 0.10 and later.</summary>
public static class PowerMetrics
{
    public const string DcgmEnergy = "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION";
    public const string DcgmPower = "DCGM_FI_DEV_POWER_USAGE";
    public const string DcgmLimit = "DCGM_FI_DEV_POWER_MGMT_LIMIT";
    public const string DcgmUtilisation = "DCGM_FI_DEV_GPU_UTIL";
    public const string AgentEnergy = "modelop_gpu_energy_joules_total";
    public const string AgentPower = "modelop_gpu_power_watts";
    public const string AgentLimit = "modelop_gpu_power_limit_watts";
    public const string AgentRapl = "modelop_rapl_energy_joules_total";
    public const string KeplerCpu = "kepler_pod_cpu_joules_total";

    /// <summary>Label of a GPU's UUID, with DCGM and with our agent.</summary>
    public const string UuidLabel = "UUID";

    /// <summary>Label of a MIG instance.</summary>
    public const string InstanceLabel = "GPU_I_ID";

    /// <summary>Label of a MIG instance's profile, such as 2g.20gb.</summary>
    public const string ProfileLabel = "GPU_I_PROFILE";

    /// <summary>All GPU metrics, as a regular expression of PromQL.</summary>
    public const string GpuNames = $"{DcgmEnergy}|{DcgmPower}|{DcgmLimit}|{DcgmUtilisation}|{AgentEnergy}|{AgentPower}|{AgentLimit}";
}
