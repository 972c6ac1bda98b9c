using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using static ModelOperator.Tests.CanaryDeployments.Canaries;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>The restricted Pod Security Standard, rule by rule, for every template that the room builds.</summary>
public sealed class CanaryPodSecurityTests
{
    private static readonly V1CanaryDeployment Canary = Canaries.Of(Spec() with { Server = new() { Limits = new Dictionary<string, string> { ["nvidia.com/gpu"] = "1", ["memory"] = "2Gi" } }, Gateway = new() { Image = "mine" } });

    public static TheoryData<string> Templates() => ["server", "gateway"];

    private static V1PodTemplateSpec Template(string which) => which == "gateway"
        ? CanaryGateway.Deployment(Canary, Options, null).Spec!.Template!
        : CanaryWorkload.Deployment(Canary, Version("diamonds-2"), 1, Options, null).Spec!.Template!;

    [Theory]
    [MemberData(nameof(Templates))]
    public void A_template_is_restricted(string which)
    {
        var pod = Template(which).Spec!;
        Assert.NotEqual(true, pod.HostNetwork);
        Assert.True(pod.SecurityContext!.RunAsNonRoot);
        Assert.NotEqual(0, pod.SecurityContext.RunAsUser);
        Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile!.Type);
        Assert.All(pod.Volumes!, v => Assert.NotNull(v.EmptyDir));
        foreach (var container in (pod.InitContainers ?? []).Concat(pod.Containers!))
        {
            var context = container.SecurityContext!;
            Assert.False(context.AllowPrivilegeEscalation);
            Assert.True(context.ReadOnlyRootFilesystem);
            Assert.True(context.RunAsNonRoot);
            Assert.NotEqual(true, context.Privileged);
            Assert.Equal(["ALL"], context.Capabilities!.Drop!);
            Assert.Empty(context.Capabilities.Add ?? []);
            Assert.True(container.Resources!.Limits!.ContainsKey("memory"));
        }
    }

    [Fact]
    public void Only_the_gateway_has_a_token_and_its_role_reads_one_config_map()
    {
        Assert.False(Template("server").Spec!.AutomountServiceAccountToken);
        var rule = Assert.Single(CanaryGateway.Role(Canary).Rules!);
        Assert.Equal(["prices-routes"], rule.ResourceNames!);
        Assert.Equal(["configmaps"], rule.Resources!);
        Assert.DoesNotContain(rule.Verbs!, v => v is "create" or "update" or "patch" or "delete" or "*");
    }
}
