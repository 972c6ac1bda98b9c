using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ModelOperator.Kubernetes;
using ModelOperator.Kueue;

namespace ModelOperator.Operator.Tests.World;

/// <summary>What Kueue would write into Workloads and AdmissionChecks, through its real CRDs where the server has them.</summary>
internal sealed class ToyKueue(ToyWorld world)
{
    /// <summary>AdmissionChecks are not in a namespace, and tests share a server.</summary>
    internal string Check { get; } = $"carbon-{world.Space}";

    /// <summary>Another controller's check of the same Workloads.</summary>
    internal string Other { get; } = $"other-{world.Space}";

    /// <summary>Serves the kinds on the fake server.</summary>
    internal ToyKueue Install()
    {
        if (world.Server is FakeTestServer fake)
        {
            fake.Api.Register(KueueDescriptors.AdmissionChecks);
            fake.Api.Register(KueueDescriptors.Workloads);
        }

        return this;
    }

    internal Task CreateCheckAsync(string name, string? parameters = null, string? others = null) => ApplyAsync(
        KueueDescriptors.AdmissionChecks, name, null, null,
        $$$"""
        {
          "metadata": {"name": "{{{name}}}", "annotations": {"modeloperator.io/other-workloads": "{{{others ?? "Allow"}}}"}},
          "spec": {"controllerName": "modeloperator.io/carbon-budget"{{{(parameters is null ? "" : $", \"parameters\": {parameters}")}}} }
        }
        """);

    /// <summary>A Workload of these Pods, of nobody's without any, as Kueue makes it; then with quota.</summary>
    internal async Task QueueAsync(string name, string check, params V1Pod[] pods)
    {
        var owners = string.Join(',', pods.Select(static p => $$"""{"apiVersion":"v1","kind":"Pod","name":"{{p.Metadata.Name}}","uid":"{{p.Metadata.Uid}}"}"""));
        await ApplyAsync(
            KueueDescriptors.Workloads, name, world.Space, null,
            $$$"""{"metadata":{"name":"{{{name}}}","namespace":"{{{world.Space}}}","ownerReferences":[{{{owners}}}]},"spec":{"queueName":"q","podSets":[{"name":"main","count":1,"template":{}}]}}""");
        await StatusAsync(name, check, quota: true);
    }

    /// <summary>Quota reserved or taken back; either way the checks begin anew.</summary>
    internal Task StatusAsync(string name, string check, bool quota)
    {
        var now = world.Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        string Entry(string of) => $$"""{"name":"{{of}}","state":"Pending","message":"not yet","lastTransitionTime":"{{now}}"}""";
        return ApplyAsync(
            KueueDescriptors.Workloads, name, world.Space, "status",
            $$$"""{"metadata":{"name":"{{{name}}}","namespace":"{{{world.Space}}}"},"status":{"conditions":[{"type":"QuotaReserved","status":"{{{quota}}}","reason":"Test","message":"by the test","lastTransitionTime":"{{{now}}}"}],"admissionChecks":[{{{Entry(check)}}},{{{Entry(Other)}}}]}}""");
    }

    /// <summary>The entry of a check once it says what is wanted.</summary>
    internal async Task<WorkloadCheck> UntilAsync(string workload, string check, string state, string says)
    {
        WorkloadCheck? entry = null;
        await world.UntilAsync(async () =>
        {
            entry = (await world.GetAsync(KueueDescriptors.Workloads, workload))?.Status?.AdmissionChecks?.FirstOrDefault(c => c.Name == check);
            return entry?.State == state && entry.Message!.Contains(says, StringComparison.Ordinal) ? null : $"Workload {workload}: {entry?.State} {entry?.Message}";
        });
        return entry!;
    }

    private async Task ApplyAsync<T>(EntityDescriptor<T> kind, string name, string? space, string? subresource, string body)
        where T : class, IKubernetesObject
    {
        var whole = JsonNode.Parse(body)!.AsObject();
        whole["apiVersion"] = kind.ApiVersion;
        whole["kind"] = kind.Kind;
        await world.Client.ApplyAsync(
            kind, name, space, Encoding.UTF8.GetBytes(whole.ToJsonString()), new ApplyOptions { FieldManager = subresource is null ? "kueue" : "kueue-admission", Subresource = subresource }, CancellationToken.None);
    }
}
