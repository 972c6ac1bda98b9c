using System.Globalization;
using System.Text;
using ModelOperator.EnergyMetering;
using ModelOperator.Kubernetes.Runtime.Metrics;

namespace ModelOperator.EnergyAgent;

/// <summary>
/// What the agent serves. Labels are those of NVIDIA's exporter, so that the operator reads both alike: a shared board is repeated for every holder and must be keyed
/// by its UUID. A value that the driver does not tell is left out. Pure.
/// </summary>
public static class AgentText
{
    /// <summary>Writes a page in Prometheus' text format.</summary>
    public static string Write(AgentPicture picture)
    {
        var text = new StringBuilder();
        Family(text, PowerMetrics.AgentEnergy, "counter", "Energy of the whole board since the driver was loaded, by NVML's own counter.", picture, g => g.EnergyMillijoules / 1000.0);
        Family(text, PowerMetrics.AgentPower, "gauge", "Power of the whole board.", picture, g => g.PowerMilliwatts / 1000.0);
        Family(text, PowerMetrics.AgentLimit, "gauge", "Enforced power limit of the board.", picture, g => g.LimitMilliwatts / 1000.0);
        Head(text, PowerMetrics.AgentRapl, "counter", "Energy of a RAPL domain since the agent's first look; domains overlap, a package holds its cores.");
        foreach (var zone in picture.Zones.Where(z => picture.RaplJoules.ContainsKey(z.Folder)))
            Line(text, PowerMetrics.AgentRapl, [new("node", picture.Node), new("zone", zone.Name), new("path", zone.Folder)], picture.RaplJoules[zone.Folder]);
        Head(text, "modelop_agent_source_up", "gauge", "1 while a source of the agent can be read.");
        foreach (var (source, problem) in picture.Sources)
            Line(text, "modelop_agent_source_up", [new("node", picture.Node), new("source", source)], problem is null ? 1 : 0);
        return text.ToString();
    }

    private static void Family(StringBuilder text, string name, string type, string help, AgentPicture picture, Func<GpuReading, double?> value)
    {
        Head(text, name, type, help);
        foreach (var gpu in picture.Gpus)
        {
            if (value(gpu) is not { } number)
                continue;
            var holders = picture.Holders.Where(h => h.Device == gpu.Uuid || h.Device.StartsWith(gpu.Uuid + "::", StringComparison.Ordinal)).Select(h => h with { Device = gpu.Uuid }).Distinct().ToList();
            foreach (var holder in holders.Count > 0 ? holders : [new DeviceHolder("", "", "", gpu.Uuid)])
                Line(text, name, Labels(picture, gpu, holder), number);
        }
    }

    private static List<KeyValuePair<string, object?>> Labels(AgentPicture picture, GpuReading gpu, DeviceHolder holder)
    {
        List<KeyValuePair<string, object?>> labels = [new("node", picture.Node), new("gpu", gpu.Index), new(PowerMetrics.UuidLabel, gpu.Uuid), new("modelName", gpu.Model)];
        if (holder.Pod.Length > 0)
            labels.AddRange([new("namespace", holder.Namespace), new("pod", holder.Pod), new("container", holder.Container)]);
        return labels;
    }

    private static void Head(StringBuilder text, string name, string type, string help) =>
        text.Append("# HELP ").Append(name).Append(' ').AppendLine(help).Append("# TYPE ").Append(name).Append(' ').AppendLine(type);

    private static void Line(StringBuilder text, string name, List<KeyValuePair<string, object?>> labels, double value) =>
        text.Append(name).Append('{').Append(PrometheusText.Labels([.. labels])).Append("} ").AppendLine(value.ToString("0.######", CultureInfo.InvariantCulture));
}
