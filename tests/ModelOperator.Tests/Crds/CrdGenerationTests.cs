using System.Text.Json.Nodes;
using ModelOperator.CrdGen;

namespace ModelOperator.Tests.Crds;

public sealed class CrdGenerationTests
{
    public static TheoryData<string> Kinds => [.. CrdKinds.All.Select(k => k.Kind)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_committed_file_is_what_the_types_generate(string name)
    {
        var kind = CrdKinds.All.Single(k => k.Kind == name);
        var committed = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "crds", CrdDocument.FileName(kind)));
        Assert.Equal(committed, "# Generated from the types by `make crds`; do not edit.\n" + YamlWriter.Write(CrdDocument.Build(kind)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_schema_holds_only_what_Kubernetes_1_20_accepts(string name) =>
        Assert.Empty(SchemaCheck.Check(Schema(name)));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_field_is_described(string name)
    {
        List<string> missing = [];
        foreach (var part in new[] { "spec", "status" })
            CollectUndescribed(Schema(name)["properties"]![part]!.AsObject(), part, missing);
        Assert.Empty(missing);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_list_that_a_user_may_fill_is_bounded(string name)
    {
        List<string> unbounded = [];
        CollectUnbounded(Schema(name)["properties"]!["spec"]!.AsObject(), "spec", unbounded);
        Assert.Empty(unbounded);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Conditions_are_a_map_keyed_by_type(string name)
    {
        var conditions = Schema(name)["properties"]!["status"]!["properties"]!["conditions"]!;
        Assert.Equal("map", (string?)conditions["x-kubernetes-list-type"]);
        Assert.Equal("type", (string?)conditions["x-kubernetes-list-map-keys"]![0]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_status_is_owned_as_a_whole(string name) =>
        Assert.Equal("atomic", (string?)Schema(name)["properties"]!["status"]!["x-kubernetes-map-type"]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_printer_column_shows_a_field_that_exists(string name)
    {
        foreach (var column in CrdKinds.All.Single(k => k.Kind == name).Columns.Where(c => !c.JsonPath.StartsWith(".metadata", StringComparison.Ordinal)))
        {
            JsonNode? node = Schema(name);
            foreach (var step in column.JsonPath.Split('[')[0].Split('.', StringSplitOptions.RemoveEmptyEntries))
                node = node?["properties"]?[step];
            Assert.True(node is not null, $"{column.Name}: {column.JsonPath} is not in the schema");
        }
    }

    [Theory]
    [InlineData("""{"type":"object","x-kubernetes-validations":[{"rule":"true"}]}""", "x-kubernetes-validations")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string","default":""}}}""", ".a: default")]
    [InlineData("""{"type":["string","null"]}""", "type must be one of")]
    [InlineData("""{"type":"object","additionalProperties":false}""", "additionalProperties must be a schema")]
    [InlineData("""{"type":"string","nullable":false}""", "nullable: false")]
    [InlineData("""{"type":"object","properties":{"a":true}}""", ".a: must be a schema")]
    [InlineData("""{"type":"array"}""", "an array needs items")]
    [InlineData("""{"type":"object","required":["b"]}""", "required names 'b'")]
    [InlineData("""{"type":"array","items":{"$ref":"#/x"}}""", "[]: key '$ref'")]
    public void The_checker_names_what_an_old_server_would_refuse(string schema, string finding) =>
        Assert.Contains(SchemaCheck.Check(JsonNode.Parse(schema)!.AsObject()), f => f.Contains(finding, StringComparison.Ordinal));

    [Fact]
    public void Defaults_ranges_patterns_and_formats_come_from_the_attributes()
    {
        var spec = Schema("TrainingRun")["properties"]!["spec"]!["properties"]!;
        var retries = spec["failurePolicy"]!["properties"]!["maxRetries"]!;
        Assert.Equal(3, (int?)retries["default"]);
        Assert.Equal(0, (long?)retries["minimum"]);
        Assert.Equal(100, (long?)retries["maximum"]);
        Assert.Equal("int32", (string?)retries["format"]);
        Assert.Equal("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", (string?)spec["modelName"]!["pattern"]);
        var time = Schema("TrainingRun")["properties"]!["status"]!["properties"]!["startTime"]!;
        Assert.Equal("date-time", (string?)time["format"]);
    }

    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("true", "\"true\"")]
    [InlineData("a: b", "\"a: b\"")]
    [InlineData("^[a-z]$", "\"^[a-z]$\"")]
    [InlineData("", "\"\"")]
    public void Texts_that_yaml_could_misread_are_quoted(string text, string written) =>
        Assert.Equal($"a: {written}\n", YamlWriter.Write(new JsonObject { ["a"] = text }));

    private static JsonObject Schema(string kind) =>
        CrdDocument.Build(CrdKinds.All.Single(k => k.Kind == kind))["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!.AsObject();

    private static void CollectUndescribed(JsonObject schema, string path, List<string> missing)
    {
        foreach (var (name, node) in Children(schema))
        {
            // Tolerations are Kubernetes' own type.
            if (node["description"] is null && !path.Contains("tolerations", StringComparison.Ordinal)
                && !name.EndsWith(']') && !name.EndsWith('}'))
                missing.Add($"{path}.{name}");
            CollectUndescribed(node, $"{path}.{name}", missing);
        }
    }

    private static void CollectUnbounded(JsonObject schema, string path, List<string> unbounded)
    {
        foreach (var (name, node) in Children(schema))
        {
            if ((string?)node["type"] == "array" && node["maxItems"] is null)
                unbounded.Add($"{path}.{name}");
            CollectUnbounded(node, $"{path}.{name}", unbounded);
        }
    }

    private static IEnumerable<(string Name, JsonObject Node)> Children(JsonObject schema)
    {
        foreach (var (name, node) in schema["properties"] as JsonObject ?? [])
            yield return (name, node!.AsObject());
        if (schema["items"] is JsonObject items)
            yield return ("[]", items);
        if (schema["additionalProperties"] is JsonObject values)
            yield return ("{}", values);
    }
}
