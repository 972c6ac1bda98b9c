using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelOperator.Kubernetes.Tests;

public sealed class JsonTests
{
    private const string Pod = """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"n","uid":"u","selfLink":"/x","creationTimestamp":"2026-01-02T03:04:05Z",
         "ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"o","uid":"ou","future":1}],
         "managedFields":[{"manager":"kubectl","fieldsV1":{"f:spec":{}}}]},
         "spec":{"containers":[{"name":"c","image":"i","resizePolicy":[{"resourceName":"cpu"}],
           "readinessProbe":{"httpGet":{"path":"/","port":"http"},"grpc":{"port":1}},
           "ports":[{"containerPort":80,"protocol":"UDP","hostIP":"1.2.3.4"}],
           "resources":{"claims":[{"name":"x"}],"limits":{"cpu":"1"}}}],
          "volumes":[{"name":"v","csi":{"driver":"d"}}],"shareProcessNamespace":true,
          "securityContext":{"sysctls":[{"name":"a","value":"b"}]}},
         "status":{"phase":"Running","containerStatuses":[{"name":"c","ready":true,"restartCount":0,"state":{"terminated":{"exitCode":137,"reason":"OOMKilled"}}}]},
         "future":{"a":[1,2,{"b":null}]}}
        """;

    [Fact]
    public void A_round_trip_keeps_unknown_fields_of_metadata_and_spec_and_drops_managed_fields()
    {
        var pod = JsonSerializer.Deserialize(Pod, KubernetesJson.Default.V1Pod)!;
        Assert.Equal(137, pod.Status!.ContainerStatuses![0].State!.Terminated!.ExitCode);
        Assert.Equal("http", pod.Spec!.Containers[0].ReadinessProbe!.HttpGet!.Port.Text);

        var written = JsonNode.Parse(JsonSerializer.Serialize(pod, KubernetesJson.Default.V1Pod))!;
        var expected = JsonNode.Parse(Pod)!.AsObject();
        expected["metadata"]!.AsObject().Remove("managedFields");
        Assert.True(JsonNode.DeepEquals(expected, written), written.ToJsonString());
        Assert.False(pod.Metadata.AdditionalProperties!.ContainsKey("managedFields"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(700)]
    [InlineData(5000)]
    public async Task Large_managed_fields_are_skipped_in_a_stream_of_small_pieces(int entries)
    {
        var fields = string.Join(',', Enumerable.Range(0, entries).Select(i => $"{{\"manager\":\"m{i}\",\"fieldsV1\":{{\"f:spec\":{{\"f:x{i}\":{{}}}}}}}}"));
        var item = $"{{\"metadata\":{{\"name\":\"n\",\"managedFields\":[{fields}],\"uid\":\"u\"}},\"data\":{{\"k\":\"v\"}}}}";
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes($"{{\"items\":[{item},{item},{item}]}}"));
        var list = await JsonSerializer.DeserializeAsync(stream, KubernetesJson.Default.KubernetesListV1ConfigMap);
        Assert.Equal([("n", "u"), ("n", "u"), ("n", "u")], list!.Items.Select(i => (i.Metadata.Name, i.Metadata.Uid)));
        Assert.All(list.Items, i => Assert.Null(i.Metadata.AdditionalProperties));
    }

    [Fact]
    public void Nulls_and_empty_models_are_not_written() =>
        Assert.Equal(
            """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"}}""",
            JsonSerializer.Serialize(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "x" } }, KubernetesJson.Default.V1ConfigMap));

    [Fact]
    public void Times_are_written_as_the_server_writes_them()
    {
        var time = new DateTimeOffset(2026, 2, 3, 4, 5, 6, 789, TimeSpan.FromHours(1));
        var lease = new V1Lease { Spec = new V1LeaseSpec { RenewTime = time } };
        Assert.Contains("\"renewTime\":\"2026-02-03T03:05:06.789000Z\"", JsonSerializer.Serialize(lease, KubernetesJson.Default.V1Lease), StringComparison.Ordinal);
        var condition = new V1Condition { Type = "Ready", LastTransitionTime = time };
        Assert.Contains("\"lastTransitionTime\":\"2026-02-03T03:05:06Z\"", JsonSerializer.Serialize(condition, KubernetesJson.Default.V1Condition), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("80", "80")]
    [InlineData("\"25%\"", "25%")]
    public void Int_or_string_keeps_its_form(string json, string text)
    {
        var update = JsonSerializer.Deserialize($$"""{"maxSurge":{{json}}}""", KubernetesJson.Default.V1RollingUpdateDeployment)!;
        Assert.Equal(text, update.MaxSurge!.Value.ToString());
        Assert.Equal($$"""{"maxSurge":{{json}}}""", JsonSerializer.Serialize(update, KubernetesJson.Default.V1RollingUpdateDeployment));
    }

    [Fact]
    public void Lists_with_null_items_are_empty() =>
        Assert.Empty(JsonSerializer.Deserialize("""{"metadata":{},"items":null}""", KubernetesJson.Default.KubernetesListV1Pod)!.Items);

    [Fact]
    public void Secrets_and_tokens_never_show_in_their_text()
    {
        var secret = new V1Secret { Metadata = new V1ObjectMeta { Name = "s", NamespaceProperty = "n" }, StringData = new() { ["k"] = "hidden" } };
        Assert.Equal("Secret n/s", secret.ToString());
        Assert.DoesNotContain("hidden", new V1TokenReview { Spec = new V1TokenReviewSpec { Token = "hidden" } }.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", new V1TokenRequestStatus { Token = "hidden" }.ToString(), StringComparison.Ordinal);
    }
}
