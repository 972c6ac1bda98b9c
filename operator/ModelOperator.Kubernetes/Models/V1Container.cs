using System.Text.Json;

namespace ModelOperator.Kubernetes;

/// <summary>One container of a pod.</summary>
public sealed record V1Container : KubernetesValue
{
    /// <summary>Name, unique in the pod.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>Image reference.</summary>
    public string? Image { get; set; }

    /// <summary>Always, IfNotPresent or Never.</summary>
    public string? ImagePullPolicy { get; set; }

    /// <summary>Entry point.</summary>
    public List<string>? Command { get; set; }

    /// <summary>Arguments.</summary>
    public List<string>? Args { get; set; }

    /// <summary>Working directory.</summary>
    public string? WorkingDir { get; set; }

    /// <summary>Environment.</summary>
    public List<V1EnvVar>? Env { get; set; }

    /// <summary>Whole ConfigMaps or Secrets as environment.</summary>
    public List<V1EnvFromSource>? EnvFrom { get; set; }

    /// <summary>Ports.</summary>
    public List<V1ContainerPort>? Ports { get; set; }

    /// <summary>Requests and limits.</summary>
    public V1ResourceRequirements? Resources { get; set; }

    /// <summary>Mounts.</summary>
    public List<V1VolumeMount>? VolumeMounts { get; set; }

    /// <summary>Security settings.</summary>
    public V1SecurityContext? SecurityContext { get; set; }

    /// <summary>Restart when failing.</summary>
    public V1Probe? LivenessProbe { get; set; }

    /// <summary>Out of Services when failing.</summary>
    public V1Probe? ReadinessProbe { get; set; }

    /// <summary>Holds back the other probes until it succeeds.</summary>
    public V1Probe? StartupProbe { get; set; }

    /// <summary>Lifecycle hooks, passed through as written.</summary>
    public JsonElement? Lifecycle { get; set; }

    /// <summary>File whose content becomes the termination message.</summary>
    public string? TerminationMessagePath { get; set; }

    /// <summary>File or FallbackToLogsOnError.</summary>
    public string? TerminationMessagePolicy { get; set; }

    /// <summary>Always, for sidecar init containers (Kubernetes 1.28 and later).</summary>
    public string? RestartPolicy { get; set; }
}
