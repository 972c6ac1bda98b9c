using System.Text.Json.Nodes;
using ModelOperator.Kubernetes.Runtime.Plans;

namespace ModelOperator.Kubernetes.Runtime.Tests.Plans;

public sealed class JsonSubsetTests
{
    [Theory]
    [InlineData("""{"a":1}""", """{"a":1,"b":2}""", true, "a default of the server does not matter")]
    [InlineData("""{"a":1}""", """{"a":2}""", false, "another value does")]
    [InlineData("""{"a":1}""", "{}", false, "a missing value does")]
    [InlineData("""{"a":{"b":{"c":1}}}""", """{"a":{"b":{"c":1,"d":2}}}""", true, "the same at any depth")]
    [InlineData("""{"a":[{"n":1},{"n":2}]}""", """{"a":[{"n":1,"x":0},{"n":2}]}""", true, "items of lists have defaults too")]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""", false, "order matters")]
    [InlineData("""{"a":[1]}""", """{"a":[1,2]}""", false, "an item too many would be removed by an apply")]
    [InlineData("""{"finalizers":["a"]}""", """{"finalizers":["b","a"]}""", true, "others add finalizers")]
    [InlineData("""{"ownerReferences":[{"uid":"1"}]}""", """{"ownerReferences":[{"uid":"2"},{"uid":"1","name":"x"}]}""", true, "others add owners")]
    [InlineData("""{"ownerReferences":[{"uid":"1"}]}""", """{"ownerReferences":[{"uid":"2"}]}""", false, "ours must be there")]
    [InlineData("""{"a":null}""", "{}", true, "null asks for nothing")]
    [InlineData("""{"a":""}""", "{}", true, "empty text is not stored")]
    [InlineData("""{"a":[],"b":{}}""", "{}", true, "empty lists and objects are not stored")]
    [InlineData("""{"a":false}""", "{}", false, "false is not absence")]
    [InlineData("""{"a":0}""", "{}", false, "zero is not absence")]
    [InlineData("""{"a":"1"}""", """{"a":1}""", false, "text is not a number")]
    [InlineData("""{"a":{"b":1}}""", """{"a":[1]}""", false, "an object is not a list")]
    public void Holds(string wanted, string actual, bool holds, string because) =>
        Assert.True(JsonSubset.Holds(JsonNode.Parse(wanted), JsonNode.Parse(actual)) == holds, because);
}
