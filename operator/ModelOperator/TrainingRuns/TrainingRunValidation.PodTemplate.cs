using System.Text.Json;
using System.Text.RegularExpressions;
using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.TrainingRuns;

/// <summary>Rules about the Pod template: what is reserved for the operator, and what the restricted profile does not allow.</summary>
public static partial class TrainingRunValidation
{
    private const int LongestLabelValue = 63;

    private static readonly string[] ReservedVolumes = ["workspace", "dataset", "output", "metrics", "tmp", "shm", "params", "status-token", "checkpoint", "resume"];
    private static readonly string[] ReservedVolumePrefixes = ["configmap-", "modelop-"];
    private static readonly string[] ReservedPaths = ["/", "/workspace", "/tmp", "/dev/shm", "/etc", "/dev", "/proc", "/sys"];
    private static readonly string[] ReservedTrees =
        ["/workspace/dataset", "/workspace/output", "/workspace/metrics", "/workspace/checkpoint", "/workspace/resume", "/workspace/model", "/etc/modelop"];
    private static readonly string[] OtherVolumes = ["csi", "ephemeral"];
    private static readonly string[] AffinityKinds = ["nodeAffinity", "podAffinity", "podAntiAffinity"];

    /// <summary>Labels and annotations that would make the Pods somebody else's.</summary>
    private static readonly string[] ReservedMetadata =
        [ModelOperatorApi.ManagedByLabel, "app.kubernetes.io/instance", .. TrainingQueueing.Reserved];

    private static readonly string[] ReservedMetadataPrefixes = [ModelOperatorApi.Group + "/", "argocd.argoproj.io/"];

    private static void CheckPodTemplate(TrainingRunSpec spec, List<FieldError> errors)
    {
        if (spec.PodTemplate is not { } template)
            return;
        CheckVolumes(template, errors);
        CheckMounts(template, errors);
        CheckMetadata("labels", template.Labels, errors);
        CheckMetadata("annotations", template.Annotations, errors);
        if (template.SharedMemory is { } size && TrainingQuantities.TryParse(size) is null or <= 0)
            errors.Add(new("spec.podTemplate.sharedMemory", template.SharedMemory, "a quantity above 0, such as 8Gi"));
        if (template.ServiceAccountName is { } account && (account.Length > 253 || !SubdomainName().IsMatch(account)))
            errors.Add(new("spec.podTemplate.serviceAccountName", account, "the name of a ServiceAccount"));
        CheckAffinity(template, errors);
    }

    private static void CheckVolumes(TrainingPodTemplate template, List<FieldError> errors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, volume) in (template.Volumes ?? []).Index())
        {
            var path = $"spec.podTemplate.volumes[{Text(index)}]";
            if (ReservedVolumes.Contains(volume.Name, StringComparer.Ordinal) || ReservedVolumePrefixes.Any(p => volume.Name.StartsWith(p, StringComparison.Ordinal)))
                errors.Add(new($"{path}.name", volume.Name, $"it is reserved, as are {string.Join(", ", ReservedVolumes)} and names that begin with {string.Join(" or ", ReservedVolumePrefixes)}"));
            else if (!DnsLabel().IsMatch(volume.Name) || volume.Name.Length > 63)
                errors.Add(new($"{path}.name", volume.Name, "1 to 63 lower-case letters, digits and hyphens"));
            if (!names.Add(volume.Name))
                errors.Add(new($"{path}.name", volume.Name, "each name once"));
            if (volume.HostPath is { } host)
                errors.Add(new($"{path}.hostPath", host.Path, "a path of the node breaks the restricted profile; use a persistentVolumeClaim"));
            else if (Sources(volume) != 1)
                errors.Add(new(path, volume.Name, $"exactly one of emptyDir, configMap, secret, persistentVolumeClaim, projected, downwardAPI, {string.Join(", ", OtherVolumes)}"));
        }
    }

    private static int Sources(V1Volume volume) =>
        new object?[] { volume.EmptyDir, volume.ConfigMap, volume.Secret, volume.PersistentVolumeClaim, volume.Projected, volume.DownwardAPI }.Count(static s => s is not null)
        + OtherVolumes.Count(kind => volume.AdditionalProperties?.ContainsKey(kind) == true);

    private static void CheckMounts(TrainingPodTemplate template, List<FieldError> errors)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, mount) in (template.VolumeMounts ?? []).Index())
        {
            var path = $"spec.podTemplate.volumeMounts[{Text(index)}]";
            var target = mount.MountPath.Length > 1 ? mount.MountPath.TrimEnd('/') : mount.MountPath;
            if (template.Volumes?.Any(v => v.Name == mount.Name) != true)
                errors.Add(new($"{path}.name", mount.Name, "the name of one of spec.podTemplate.volumes"));
            if (!target.StartsWith('/') || target.Contains("..", StringComparison.Ordinal) || target.Contains(':', StringComparison.Ordinal))
                errors.Add(new($"{path}.mountPath", mount.MountPath, "an absolute path without .. and colon"));
            else if (ReservedPaths.Contains(target, StringComparer.Ordinal) || ReservedTrees.Any(t => target == t || target.StartsWith(t + "/", StringComparison.Ordinal)))
                errors.Add(new($"{path}.mountPath", mount.MountPath, $"it is reserved, as are {string.Join(", ", ReservedPaths)} and what lies below {string.Join(", ", ReservedTrees)}"));
            if (!paths.Add(target))
                errors.Add(new($"{path}.mountPath", mount.MountPath, "each path once"));
        }
    }

    private static void CheckMetadata(string part, IReadOnlyDictionary<string, string>? pairs, List<FieldError> errors)
    {
        foreach (var (key, value) in pairs ?? new Dictionary<string, string>())
        {
            var path = $"spec.podTemplate.{part}.{key}";
            if (ReservedMetadata.Contains(key, StringComparer.Ordinal) || ReservedMetadataPrefixes.Any(p => key.StartsWith(p, StringComparison.Ordinal)))
                errors.Add(new(path, value, "it is reserved: it would make the Pods somebody else's or change their queue"));
            else if (!MetadataKey().IsMatch(key))
                errors.Add(new(path, value, "a key of letters, digits, '-', '_' and '.', with an optional prefix such as example.com/"));
            else if (part == "labels" && (value.Length > LongestLabelValue || !LabelText().IsMatch(value)))
                errors.Add(new(path, value, "at most 63 letters, digits, '-', '_' and '.', beginning and ending with a letter or digit"));
        }
    }

    private static void CheckAffinity(TrainingPodTemplate template, List<FieldError> errors)
    {
        if (template.Affinity is not { } affinity)
            return;
        if (affinity.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new("spec.podTemplate.affinity", affinity.ToString(), "an object"));
            return;
        }

        foreach (var field in affinity.EnumerateObject().Where(f => !AffinityKinds.Contains(f.Name, StringComparer.Ordinal)))
            errors.Add(new($"spec.podTemplate.affinity.{field.Name}", field.Name, string.Join(", ", AffinityKinds)));
    }

    [GeneratedRegex("^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex MetadataKey();

    [GeneratedRegex("^([A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?)?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex LabelText();

    [GeneratedRegex("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex SubdomainName();
}
