using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelOperator.Api;
using ModelOperator.Datasets;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// Identity and network of training Pods. Runs of one node that may talk to the same destinations share one NetworkPolicy, named after its content, and
/// all runs of a namespace share one ServiceAccount without rights: neither costs a run a write of its own. A run of several nodes has a policy of its own, in
/// which its ranks may call each other. Pure.
/// </summary>
public static class TrainingRunNetwork
{
    /// <summary>ServiceAccount of every training Pod: no token is mounted and it has no rights.</summary>
    public const string ServiceAccountName = "model-operator-run";

    /// <summary>Label that ties a Pod to its NetworkPolicy.</summary>
    public const string NetworkLabel = ModelOperatorApi.Group + "/network";

    private const string NamePrefix = "model-operator-run-";
    private const string NamespaceNameLabel = "kubernetes.io/metadata.name";
    private const int DnsPort = 53;

    // Metadata services of clouds live there, and hand out the node's credentials.
    private static readonly string[] LinkLocal = ["169.254.0.0/16", "fe80::/10"];

    /// <summary>Whether the policy is the run's own and goes with it.</summary>
    public static bool IsOwned(V1TrainingRun run) => run.Spec.Nodes > 1;

    /// <summary>The ServiceAccount of a namespace's runs.</summary>
    public static V1ServiceAccount ServiceAccount(string? space) => new()
    {
        Metadata = new V1ObjectMeta { Name = ServiceAccountName, NamespaceProperty = space, Labels = Labels() },
        AutomountServiceAccountToken = false,
    };

    /// <summary>Marks a Pod as one that the run's policy covers.</summary>
    public static void Label(IDictionary<string, string> labels, V1TrainingRun run, OperatorOptions options)
    {
        if (SpecOf(run, options) is { } spec)
            labels[NetworkLabel] = Mark(spec);
    }

    /// <summary>The policy of a run; null when it asks for none.</summary>
    public static V1NetworkPolicy? Policy(V1TrainingRun run, OperatorOptions options)
    {
        if (SpecOf(run, options) is not { } spec)
            return null;
        var mark = Mark(spec);
        spec["podSelector"] = Selector((NetworkLabel, mark));
        return new V1NetworkPolicy
        {
            Metadata = new V1ObjectMeta { Name = NamePrefix + mark, NamespaceProperty = run.Metadata.NamespaceProperty, Labels = IsOwned(run) ? TrainingRunChildren.Labels(run, "network") : Labels() },
            Spec = JsonSerializer.Deserialize(spec.ToJsonString(), KubernetesJson.Default.JsonElement),
        };
    }

    private static JsonObject? SpecOf(V1TrainingRun run, OperatorOptions options)
    {
        if ((run.Spec.Network?.Policy ?? options.NetworkPolicy) == TrainingNetworkPolicy.None)
            return null;
        var egress = new JsonArray(
            Rule([], [(DnsPort, "UDP"), (DnsPort, "TCP")]),
            Service(options.StoreUrl, "model-operator-artifacts", options));
        if (options.StatusUrl is { } status)
            egress.Add((JsonNode)Service(status, "model-operator", options));
        foreach (var source in (run.Spec.Datasets ?? []).SelectMany(SourceUrls).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            egress.Add((JsonNode)Source(new Uri(source), run.Metadata.NamespaceProperty));
        foreach (var declared in run.Spec.Network?.Egress ?? [])
            egress.Add((JsonNode)Rule(declared.Cidrs is { Count: > 0 } cidrs ? [.. cidrs.Select(static cidr => Block(cidr))] : Anywhere(), declared.Ports?.Select(static port => (port.Port, port.Protocol)) ?? []));
        var ingress = new JsonArray();
        if (IsOwned(run))
        {
            egress.Add((JsonNode)Rule([Peers(run)], []));
            ingress.Add((JsonNode)new JsonObject { ["from"] = new JsonArray(Peers(run)) });
        }

        return new JsonObject { ["policyTypes"] = new JsonArray("Ingress", "Egress"), ["ingress"] = ingress, ["egress"] = egress };
    }

    /// <summary>Ranks of the same run, of any attempt.</summary>
    private static JsonObject Peers(V1TrainingRun run) => new() { ["podSelector"] = Selector((ModelOperatorApi.RunUidLabel, run.Metadata.Uid ?? "")) };

    /// <summary>Scheme, host and port of what the fetcher calls.</summary>
    private static IEnumerable<string> SourceUrls(TrainingDataset dataset)
    {
        var url = S3Location.TryParse(dataset.Uri, out var location)
            ? new S3Endpoint(dataset.S3?.Endpoint is { } own ? new Uri(own) : null, dataset.S3?.Region ?? S3Endpoint.DefaultRegion, null).Address(location.Bucket, "").Host
            : DatasetUris.IsHttp(dataset.Uri) && Uri.TryCreate(dataset.Uri, UriKind.Absolute, out var http) ? http : null;
        return url is null ? [] : [$"{url.Scheme}://{url.IdnHost}:{url.Port.ToString(CultureInfo.InvariantCulture)}"];
    }

    /// <summary>
    /// A dataset's source: an address by itself; a Service by its namespace, since policies see the Pods behind it and not its port; any other name
    /// only by its port, since policies know no names.
    /// </summary>
    private static JsonObject Source(Uri url, string? space)
    {
        var host = url.Host.Trim('[', ']');
        if (IPAddress.TryParse(host, out var address))
            return Rule([Block(address + (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? "/32" : "/128"))], [(url.Port, "TCP")]);
        var parts = host.Split('.');
        if (parts is [_] || parts is [_, _, "svc", ..])
            return Rule([new JsonObject { ["namespaceSelector"] = Selector((NamespaceNameLabel, parts is [_] ? space ?? "" : parts[1])) }], []);
        return Rule(Anywhere(), [(url.Port, "TCP")]);
    }

    /// <summary>Pods of ours behind a URL; the port is theirs, where it is a Service's it may differ. A URL outside the cluster is allowed by its port.</summary>
    private static JsonObject Service(string url, string app, OperatorOptions options)
    {
        var address = new Uri(url);
        if (address.Host.Split('.') is not [_, var space, "svc", ..])
            return Source(address, options.Namespace);
        // On servers before 1.21 namespaces do not carry their name as a label; the installation's own carries the other one.
        JsonNode[] peers =
        [
            new JsonObject { ["namespaceSelector"] = Selector((NamespaceNameLabel, space)), ["podSelector"] = Selector(("app.kubernetes.io/name", app)) },
            new JsonObject { ["namespaceSelector"] = Selector(("app.kubernetes.io/part-of", "model-operator")), ["podSelector"] = Selector(("app.kubernetes.io/name", app)) },
        ];
        return Rule(peers, []);
    }

    private static JsonNode[] Anywhere() => [Block("0.0.0.0/0", LinkLocal[0]), Block("::/0", LinkLocal[1])];

    private static JsonObject Block(string cidr, string? except = null)
    {
        var block = new JsonObject { ["cidr"] = cidr };
        if (except is not null)
            block["except"] = new JsonArray(except);
        return new JsonObject { ["ipBlock"] = block };
    }

    private static JsonObject Rule(JsonNode[] peers, IEnumerable<(int Port, string Protocol)> ports)
    {
        var rule = new JsonObject();
        if (peers.Length > 0)
            rule["to"] = new JsonArray(peers);
        var list = new JsonArray([.. ports.Select(static port => (JsonNode)new JsonObject { ["port"] = port.Port, ["protocol"] = port.Protocol })]);
        if (list.Count > 0)
            rule["ports"] = list;
        return rule;
    }

    private static JsonObject Selector(params (string Label, string Value)[] labels) => new()
    {
        ["matchLabels"] = new JsonObject(labels.Select(static label => KeyValuePair.Create(label.Label, (JsonNode?)label.Value))),
    };

    private static string Mark(JsonObject spec) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(spec.ToJsonString())))[..16];

    private static Dictionary<string, string> Labels() => new(StringComparer.Ordinal) { [ModelOperatorApi.ManagedByLabel] = ModelOperatorApi.ManagedBy };
}
