using System.Text.Json.Nodes;

namespace ModelOperator.Tests.Security;

/// <summary>
/// The controls of the Pod Security Standards, profile Restricted (which includes Baseline), as kubernetes.io/docs/concepts/security/pod-security-standards
/// lists them for Linux: each is a function from a Pod's spec and annotations to what breaks it. Written from the documentation alone, so that the builders are
/// not judged by themselves.
/// </summary>
internal static class RestrictedProfile
{
    private static readonly string[] VolumeTypes = ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret", "image"];

    private static readonly string[] SafeSysctls =
    [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
        "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes",
    ];

    private static readonly string[] SelinuxTypes = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

    /// <summary>What breaks the profile, by control; empty for a Pod that it admits.</summary>
    internal static IReadOnlyList<string> Check(JsonNode pod)
    {
        var spec = pod["spec"]!.AsObject();
        List<string> broken = [];
        CheckPod(pod, spec, broken);
        foreach (var container in Containers(spec))
            CheckContainer(spec, container, broken);
        return broken;
    }

    internal static IEnumerable<JsonObject> Containers(JsonObject spec) =>
        new[] { "initContainers", "containers", "ephemeralContainers" }.SelectMany(list => (spec[list] as JsonArray ?? []).Select(c => c!.AsObject()));

    private static void CheckPod(JsonNode pod, JsonObject spec, List<string> broken)
    {
        foreach (var host in new[] { "hostNetwork", "hostPID", "hostIPC" })
        {
            if (True(spec[host]))
                broken.Add($"Host Namespaces: spec.{host}");
        }

        if (True(spec["securityContext"]?["windowsOptions"]?["hostProcess"]))
            broken.Add("HostProcess: spec.securityContext.windowsOptions.hostProcess");
        foreach (var volume in spec["volumes"] as JsonArray ?? [])
        {
            foreach (var (type, _) in volume!.AsObject().Where(p => p.Key != "name" && !VolumeTypes.Contains(p.Key)))
                broken.Add($"Volume Types: {type}");
        }

        foreach (var sysctl in spec["securityContext"]?["sysctls"] as JsonArray ?? [])
        {
            if (!SafeSysctls.Contains((string?)sysctl!["name"]))
                broken.Add($"Sysctls: {sysctl["name"]}");
        }

        foreach (var (name, value) in pod["metadata"]?["annotations"] as JsonObject ?? [])
        {
            if (name.StartsWith("container.apparmor.security.beta.kubernetes.io/", StringComparison.Ordinal) && (string?)value is not "runtime/default" && (string?)value?.AsValue() is { } profile && !profile.StartsWith("localhost/", StringComparison.Ordinal))
                broken.Add($"AppArmor: {name}={value}");
        }

        if (spec["securityContext"]?["runAsNonRoot"] is { } nonRoot && !True(nonRoot))
            broken.Add("Running as Non-root: spec.securityContext.runAsNonRoot is not true");
        if ((long?)spec["securityContext"]?["runAsUser"] == 0)
            broken.Add("Running as Non-root user: spec.securityContext.runAsUser is 0");
        CheckOptions(spec["securityContext"], "spec", broken);
    }

    private static void CheckContainer(JsonObject spec, JsonObject container, List<string> broken)
    {
        var name = (string?)container["name"];
        var context = container["securityContext"];
        if (True(context?["privileged"]))
            broken.Add($"Privileged Containers: {name}");
        if (True(context?["windowsOptions"]?["hostProcess"]))
            broken.Add($"HostProcess: {name}");
        if (context?["allowPrivilegeEscalation"] is not JsonValue escalation || escalation.ToString() != "false")
            broken.Add($"Privilege Escalation: {name} must set allowPrivilegeEscalation: false");
        if ((context?["capabilities"]?["drop"] as JsonArray)?.Any(c => (string?)c == "ALL") != true)
            broken.Add($"Capabilities: {name} must drop ALL");
        foreach (var added in context?["capabilities"]?["add"] as JsonArray ?? [])
        {
            if ((string?)added != "NET_BIND_SERVICE")
                broken.Add($"Capabilities: {name} adds {added}");
        }

        if ((string?)context?["procMount"] is not (null or "Default"))
            broken.Add($"/proc Mount Type: {name}");
        foreach (var port in container["ports"] as JsonArray ?? [])
        {
            if ((int?)port!["hostPort"] is not (null or 0))
                broken.Add($"Host Ports: {name}");
        }

        if (!True(context?["runAsNonRoot"]) && (context?["runAsNonRoot"] is not null || !True(spec["securityContext"]?["runAsNonRoot"])))
            broken.Add($"Running as Non-root: {name}");
        if ((long?)context?["runAsUser"] == 0)
            broken.Add($"Running as Non-root user: {name}");
        if (((string?)context?["seccompProfile"]?["type"] ?? (string?)spec["securityContext"]?["seccompProfile"]?["type"]) is not ("RuntimeDefault" or "Localhost"))
            broken.Add($"Seccomp: {name}");
        CheckOptions(context, name, broken);
        CheckProbes(container, name, broken);
    }

    private static void CheckOptions(JsonNode? context, string? where, List<string> broken)
    {
        if ((string?)context?["appArmorProfile"]?["type"] is not (null or "RuntimeDefault" or "Localhost"))
            broken.Add($"AppArmor: {where}");
        var selinux = context?["seLinuxOptions"];
        if (!SelinuxTypes.Contains((string?)selinux?["type"] ?? ""))
            broken.Add($"SELinux: {where} type");
        if ((string?)selinux?["user"] is not (null or "") || (string?)selinux?["role"] is not (null or ""))
            broken.Add($"SELinux: {where} user or role");
    }

    private static void CheckProbes(JsonObject container, string? name, List<string> broken)
    {
        var handlers = new[] { container["livenessProbe"], container["readinessProbe"], container["startupProbe"], container["lifecycle"]?["postStart"], container["lifecycle"]?["preStop"] };
        if (handlers.Any(handler => new[] { "httpGet", "tcpSocket" }.Any(kind => !string.IsNullOrEmpty((string?)handler?[kind]?["host"]))))
            broken.Add($"Host Probes / Lifecycle Hooks: {name}");
    }

    private static bool True(JsonNode? node) => node?.ToString() == "true";
}
