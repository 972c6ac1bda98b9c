using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Kubernetes.Runtime.Caching;
using ModelOperator.Kubernetes.Runtime.Tests.Support;

namespace ModelOperator.Kubernetes.Runtime.Tests.Caching;

public sealed class ObjectPackerTests
{
    [Fact]
    public void Whatever_is_packed_in_whatever_order_reads_as_it_was_at_the_end()
    {
        var text = Gen.Elements("a", "bench-000123", "é📦\n\"", new string('x', 300), "https://prices.example/v1/models").ListOf().Select(static parts => string.Concat(parts.Take(40)));
        var widget = from name in text
                     from space in text
                     from uid in Gen.Elements<string?>(null, "", "u1", "0b7c1f6e-93d4-4a55-8d0e-2f1c66ab9d10")
                     from version in Gen.Elements<string?>(null, "", "17", "x")
                     from owner in Gen.Elements<string?>(null, "o1", "ffffffff-0000-4fff-8000-0123456789ab")
                     from labels in text.ListOf()
                     from size in Gen.Elements(1, 1, 1, 2_000)
                     select New(name, space, uid, version, owner, [.. Enumerable.Repeat(labels, size).SelectMany(static l => l.Take(3)).Take(2_000)]);
        Prop.ForAll(widget.ListOf().ToArbitrary(), widgets =>
        {
            ObjectPacker<V1Widget> packer = new(Kinds.Widgets.Type);
            var packed = widgets.Select(w => packer.Pack(w.Key, w)).ToList();
            foreach (var (before, after) in widgets.Zip(packed))
            {
                Assert.Equal((before.Key, before.Metadata.Uid, before.Metadata.ResourceVersion), (after.Key, after.Uid, after.Version));
                Assert.Equal(JsonOf(before), JsonOf(after.Read()));
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Many_packed_at_once_while_samples_are_added_read_as_they_were()
    {
        ObjectPacker<V1Widget> packer = new(Kinds.Widgets.Type);
        Parallel.For(0, 2_000, i =>
        {
            var widget = New($"w{i}", "ns", null, $"{i}", null, [.. Enumerable.Range(0, 20).Select(n => $"{new Random((i % 10 * 100) + n).NextInt64()}")]);
            var packed = packer.Pack(widget.Key, widget);
            Assert.Equal(JsonOf(widget), JsonOf(packed.Read()));
        });
    }

    [Fact]
    public void Two_shapes_that_take_turns_are_both_kept_as_what_differs()
    {
        ObjectPacker<V1Widget> packer = new(Kinds.Widgets.Type);
        V1Widget Shape(int i) => New($"w{i}", "ns", $"00000000-0000-4000-8000-{i:000000000000}", $"{i}", null, [.. Enumerable.Range(0, 50).Select(n => $"{i % 2} says {n * n * (3 + (i % 2))} of label {n}")]);
        Assert.All(Enumerable.Range(0, 100).Select(Shape), widget => Assert.InRange(packer.Pack(widget.Key, widget).Bytes, 1, 80));
    }

    [Fact]
    public void Objects_with_nothing_in_common_do_not_take_all_memory_as_samples()
    {
        ObjectPacker<V1Widget> packer = new(Kinds.Widgets.Type);
        foreach (var seed in Enumerable.Range(0, 100))
        {
            var random = new Random(seed);
            var widget = New($"w{seed}", "ns", null, "1", null, [.. Enumerable.Range(0, random.Next(1, 1_000)).Select(_ => $"{random.NextInt64()}")]);
            packer.Pack(widget.Key, widget);
            Assert.InRange(packer.SampleBytes, 0, SampleText.Most);
        }

        var alike = New("alike", "ns", null, "1", null, [.. Enumerable.Range(0, 500).Select(static _ => "the same")]);
        Assert.Equal(JsonOf(alike), JsonOf(packer.Pack(alike.Key, alike).Read()));
    }

    private static string JsonOf(V1Widget widget) => JsonSerializer.Serialize(widget, Kinds.Widgets.Type);

    private static V1Widget New(string name, string space, string? uid, string? version, string? owner, string[] labels) => new()
    {
        Metadata = new()
        {
            Name = name,
            NamespaceProperty = space,
            Uid = uid,
            ResourceVersion = version,
            OwnerReferences = owner is null ? null : [new() { ApiVersion = "v1", Kind = "Widget", Name = name, Uid = owner }],
            Labels = labels.Index().ToDictionary(static pair => $"label-{pair.Index}", static pair => pair.Item, StringComparer.Ordinal),
        },
    };
}
