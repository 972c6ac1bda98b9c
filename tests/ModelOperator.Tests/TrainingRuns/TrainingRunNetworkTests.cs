using System.Text.Json.Nodes;
using ModelOperator.Api;
using ModelOperator.Hosting;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.TrainingRuns;

public sealed class TrainingRunNetworkTests
{
    private const string Hex = "modelop://sha256/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private static readonly string Digest = "sha256:" + new string('b', 64);

    [Fact]
    public void Nobody_calls_in_and_out_go_DNS_and_the_store()
    {
        var spec = Spec(Hex);
        Assert.Equal("""["Ingress","Egress"]""", spec["policyTypes"]!.ToJsonString());
        Assert.Empty(spec["ingress"]!.AsArray());
        var egress = spec["egress"]!.AsArray();
        Assert.Equal(2, egress.Count);
        Assert.Equal("""{"ports":[{"port":53,"protocol":"UDP"},{"port":53,"protocol":"TCP"}]}""", egress[0]!.ToJsonString());
        Assert.All(egress[1]!["to"]!.AsArray(), peer => Assert.Equal("model-operator-artifacts", (string?)peer!["podSelector"]!["matchLabels"]!["app.kubernetes.io/name"]));
        Assert.Equal("model-operator-system", (string?)egress[1]!["to"]![0]!["namespaceSelector"]!["matchLabels"]!["kubernetes.io/metadata.name"]);
    }

    [Theory]
    [InlineData("https://data.example.com/x.csv", null, """{"to":[{"ipBlock":{"cidr":"0.0.0.0/0","except":["169.254.0.0/16"]}},{"ipBlock":{"cidr":"::/0","except":["fe80::/10"]}}],"ports":[{"port":443,"protocol":"TCP"}]}""")]
    [InlineData("http://10.1.2.3:8080/x.csv", null, """{"to":[{"ipBlock":{"cidr":"10.1.2.3/32"}}],"ports":[{"port":8080,"protocol":"TCP"}]}""")]
    [InlineData("s3://bucket/x", "http://minio.storage.svc:9000", """{"to":[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"storage"}}}]}""")]
    [InlineData("s3://bucket/x", "http://minio:9000", """{"to":[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"team-a"}}}]}""")]
    [InlineData("s3://bucket/x", null, """{"to":[{"ipBlock":{"cidr":"0.0.0.0/0","except":["169.254.0.0/16"]}},{"ipBlock":{"cidr":"::/0","except":["fe80::/10"]}}],"ports":[{"port":443,"protocol":"TCP"}]}""")]
    public void A_datasets_source_may_be_called(string uri, string? endpoint, string rule)
    {
        var dataset = new TrainingDataset { Name = "d", Uri = uri, Digest = Digest, S3 = endpoint is null ? null : new TrainingDatasetS3 { Endpoint = endpoint } };
        var egress = Policy(Runs.Spec with { Datasets = [dataset] })["egress"]!.AsArray();
        Assert.Equal(3, egress.Count);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(rule), egress[2]), egress[2]!.ToJsonString());
    }

    [Fact]
    public void What_is_declared_may_be_called_and_the_status_endpoint()
    {
        var spec = Runs.Spec with
        {
            Network = new TrainingNetwork { Egress = [new TrainingEgress { Cidrs = ["10.0.0.0/8"], Ports = [new TrainingEgressPort { Port = 5000 }] }, new TrainingEgress { Ports = [new TrainingEgressPort { Port = 443 }] }] },
        };
        var egress = Policy(spec, Runs.Options with { StatusUrl = "https://model-operator-webhook.model-operator-system.svc" })["egress"]!.AsArray();
        Assert.Equal("model-operator", (string?)egress[2]!["to"]![0]!["podSelector"]!["matchLabels"]!["app.kubernetes.io/name"]);
        Assert.Equal("""{"to":[{"ipBlock":{"cidr":"10.0.0.0/8"}}],"ports":[{"port":5000,"protocol":"TCP"}]}""", egress[3]!.ToJsonString());
        Assert.Equal("169.254.0.0/16", (string?)egress[4]!["to"]![0]!["ipBlock"]!["except"]![0]);
    }

    [Fact]
    public void Runs_of_the_same_needs_share_a_policy_that_selects_their_Pods_and_others_do_not()
    {
        var first = TrainingRunNetwork.Policy(Runs.Run(), Runs.Options)!;
        var run = Runs.Run();
        run.Metadata.Name = "another";
        Assert.Equal(first.Metadata.Name, TrainingRunNetwork.Policy(run, Runs.Options)!.Metadata.Name);
        var wider = Runs.Run(Runs.Spec with { Network = new TrainingNetwork { Egress = [new TrainingEgress()] } });
        Assert.NotEqual(first.Metadata.Name, TrainingRunNetwork.Policy(wider, Runs.Options)!.Metadata.Name);
        var pod = TrainingRunPods.Build(Runs.Run(), 1, Runs.Options);
        var selected = (string?)JsonNode.Parse(first.Spec!.Value.GetRawText())!["podSelector"]!["matchLabels"]![TrainingRunNetwork.NetworkLabel];
        Assert.Equal(selected, pod.Metadata.Labels![TrainingRunNetwork.NetworkLabel]);
        Assert.True(first.Metadata.Name.Length <= 63);
    }

    [Fact]
    public void Ranks_of_a_run_may_call_each_other_and_nobody_else_may()
    {
        var run = Runs.Run(Runs.Spec with { Nodes = 2 });
        Assert.True(TrainingRunNetwork.IsOwned(run));
        var spec = JsonNode.Parse(TrainingRunNetwork.Policy(run, Runs.Options)!.Spec!.Value.GetRawText())!;
        var peers = new JsonObject { ["podSelector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["modeloperator.io/run-uid"] = run.Metadata.Uid } } }.ToJsonString();
        Assert.Equal($$"""[{"from":[{{peers}} ]}]""".Replace(" ", "", StringComparison.Ordinal), spec["ingress"]!.ToJsonString());
        Assert.Equal($$"""{"to":[{{peers}} ]}""".Replace(" ", "", StringComparison.Ordinal), spec["egress"]!.AsArray()[^1]!.ToJsonString());
        Assert.All(new[] { 0, 1 }, rank => Assert.Equal((string?)spec["podSelector"]!["matchLabels"]![TrainingRunNetwork.NetworkLabel], TrainingRunPods.Build(run, 1, Runs.Options, rank).Metadata.Labels![TrainingRunNetwork.NetworkLabel]));
    }

    [Theory]
    [InlineData(TrainingNetworkPolicy.None, TrainingNetworkPolicy.Restricted, false)]
    [InlineData(null, TrainingNetworkPolicy.None, false)]
    [InlineData(TrainingNetworkPolicy.Restricted, TrainingNetworkPolicy.None, true)]
    [InlineData(null, TrainingNetworkPolicy.Restricted, true)]
    public void The_run_decides_before_the_installation(TrainingNetworkPolicy? run, TrainingNetworkPolicy installation, bool made)
    {
        var spec = Runs.Spec with { Network = new TrainingNetwork { Policy = run } };
        var options = Runs.Options with { NetworkPolicy = installation };
        Assert.Equal(made, TrainingRunNetwork.Policy(Runs.Run(spec), options) is not null);
        Assert.Equal(made, TrainingRunPods.Build(Runs.Run(spec), 1, options).Metadata.Labels!.ContainsKey(TrainingRunNetwork.NetworkLabel));
    }

    [Fact]
    public void The_ServiceAccount_has_no_token_and_no_rights()
    {
        Assert.False(TrainingRunNetwork.ServiceAccount("team-a").AutomountServiceAccountToken);
        Assert.False(TrainingRunPods.Build(Runs.Run(), 1, Runs.Options).Spec!.AutomountServiceAccountToken);
    }

    public static TheoryData<string, TrainingRunSpec> Wrong => new()
    {
        { "spec.network.egress[0].cidrs[0]", Runs.Spec with { Network = new TrainingNetwork { Egress = [new TrainingEgress { Cidrs = ["10.0.0.1"] }] } } },
        { "spec.network.egress[0].ports[0].protocol", Runs.Spec with { Network = new TrainingNetwork { Egress = [new TrainingEgress { Ports = [new TrainingEgressPort { Port = 1, Protocol = "ICMP" }] }] } } },
        { "spec.network.egress", Runs.Spec with { Network = new TrainingNetwork { Policy = TrainingNetworkPolicy.None, Egress = [new TrainingEgress()] } } },
        { "spec.datasets[0].uri", Dataset("s3://bucket/../x") },
        { "spec.datasets[0].uri", Dataset("pvc://claim/../x") },
        { "spec.datasets[0].uri", Dataset("https://user:password@example.com/x", Digest) },
        { "spec.datasets[0].secretRef", Dataset("pvc://claim/x", null, new LocalReference { Name = "s" }) },
        { "spec.datasets[0].validation.columns[0].minimum", Rule(new Datasets() { Minimum = 2, Maximum = 1, Type = ModelOperator.Datasets.DatasetColumnType.Number }) },
        { "spec.datasets[0].validation.columns[0].maximum", Rule(new Datasets() { Maximum = 1, Type = ModelOperator.Datasets.DatasetColumnType.Category }) },
        { "spec.datasets[0].validation.columns[0].maximumMissingFraction", Rule(new Datasets() { Missing = 1.5 }) },
        { "spec.datasets[0].validation.columns[1].name", Rule(new Datasets(), new Datasets()) },
        { "spec.datasets", Rule(new Datasets() { Allowed = [.. Enumerable.Range(0, 1000).Select(i => new string('x', 100) + i)] }) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_field_is_named(string path, TrainingRunSpec spec)
    {
        var error = Assert.Single(TrainingRunValidation.Check(Runs.Run(spec)), e => e.Path == path);
        Assert.NotEmpty(error.Allowed);
        Assert.DoesNotContain("password@", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://example.com/a.csv?X-Amz-Signature=secret", "https://example.com/a.csv")]
    [InlineData("https://u:p@example.com:8443/a%20b", "https://example.com:8443/a%20b")]
    [InlineData("https://example.com/a.csv", "https://example.com/a.csv")]
    [InlineData("s3://bucket/a b", "s3://bucket/a b")]
    public void URIs_in_status_and_messages_lose_what_may_be_secret(string uri, string shown) => Assert.Equal(shown, DatasetUris.Public(uri));

    internal sealed record Datasets
    {
        public double? Minimum { get; init; }

        public double? Maximum { get; init; }

        public double? Missing { get; init; }

        public ModelOperator.Datasets.DatasetColumnType? Type { get; init; }

        public IReadOnlyList<string>? Allowed { get; init; }
    }

    private static TrainingRunSpec Rule(params Datasets[] columns) => Runs.Spec with
    {
        Datasets =
        [
            new TrainingDataset
            {
                Name = "d",
                Uri = Hex,
                Validation = new ModelOperator.Datasets.DatasetValidation
                {
                    Columns = [.. columns.Select(c => new ModelOperator.Datasets.DatasetColumn { Name = "c", Minimum = c.Minimum, Maximum = c.Maximum, Type = c.Type, MaximumMissingFraction = c.Missing, AllowedValues = c.Allowed })],
                },
            },
        ],
    };

    private static TrainingRunSpec Dataset(string uri, string? digest = null, LocalReference? secret = null) =>
        Runs.Spec with { Datasets = [new TrainingDataset { Name = "d", Uri = uri, Digest = digest, SecretRef = secret }] };

    private static JsonObject Spec(string uri) => Policy(Dataset(uri));

    private static JsonObject Policy(TrainingRunSpec spec, OperatorOptions? options = null) =>
        JsonNode.Parse(TrainingRunNetwork.Policy(Runs.Run(spec), options ?? Runs.Options)!.Spec!.Value.GetRawText())!.AsObject();
}
