using System.Text.Json;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Tests.Support;

namespace ModelOperator.Kubernetes.Runtime.Tests.Caching;

/// <summary>All that holds for a store holds when every object is packed.</summary>
public sealed class PackedStoreTests : StoreTests
{
    public PackedStoreTests()
        : base(static _ => true)
    {
    }

    [Fact]
    public void A_packed_object_reads_as_it_was_with_fields_that_no_model_knows()
    {
        const string Json = """
            {"apiVersion":"test.modeloperator.io/v1","kind":"Widget",
             "metadata":{"name":"one","namespace":"ns","uid":"u","resourceVersion":"1","generation":3,"creationTimestamp":"2026-01-31T23:59:59Z","labels":{"a":"","é":"\n"}},
             "spec":{"color":"red","future":{"deep":[1.50,null,true,"x"]}}}
            """;
        var widget = JsonSerializer.Deserialize(Json, Kinds.Widgets.Type)!;
        var store = new Store<V1Widget>();
        store.Pack(Kinds.Widgets.Type, static _ => true);
        store.Replace([store.Hold(widget, static entity => entity)], "1");
        var read = store.Get("ns", "one")!;
        Assert.NotSame(widget, read);
        Assert.Equal(JsonSerializer.Serialize(widget, Kinds.Widgets.Type), JsonSerializer.Serialize(read, Kinds.Widgets.Type));
    }

    [Fact]
    public void What_the_condition_does_not_name_stays_whole_and_the_first_condition_wins()
    {
        var store = new Store<V1Widget>();
        store.Pack(Kinds.Widgets.Type, static widget => widget.Metadata.Name == "packed");
        store.Pack(Kinds.Widgets.Type, static _ => true);
        V1Widget[] widgets = [.. new[] { "packed", "whole" }.Select(static name => new V1Widget { Metadata = new() { Name = name, NamespaceProperty = "ns", ResourceVersion = "1" } })];
        store.Replace([.. widgets.Select(widget => store.Hold(widget, static entity => entity))], "1");
        Assert.Same(widgets[1], store.Get("ns", "whole"));
        Assert.NotSame(widgets[0], store.Get("ns", "packed"));
        Assert.Equal(["packed", "whole"], store.List().Select(static widget => widget.Metadata.Name).Order(StringComparer.Ordinal));
    }
}
