using System.Buffers;
using System.Text;

namespace ModelOperator.Kubernetes.Tests;

public sealed class WatchDecoderTests
{
    [Theory]
    [InlineData("""{"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"7"}}}""")]
    [InlineData("""{"object":{"metadata":{"name":"a","resourceVersion":"7"}},"type":"ADDED"}""")]
    [InlineData("""{"x":{"type":"no"},"type":"ADDED","y":[1],"object":{"metadata":{"name":"a","resourceVersion":"7"}}}""")]
    public void Type_and_object_are_found_in_any_order(string line)
    {
        var next = Decode(line);
        Assert.Equal((WatchEventType.Added, "a", "7"), (next.Type, next.Object!.Metadata.Name, next.ResourceVersion));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"type":"ADDED"}""")]
    [InlineData("""{"object":{"metadata":{"resourceVersion":"7"}}}""")]
    [InlineData("""{"type":"ADDED","object":null}""")]
    [InlineData("""{"type":"ADDED","object":{"metadata":{"name":"no version"}}}""")]
    [InlineData("""{"type":"NEW","object":{"metadata":{"resourceVersion":"7"}}}""")]
    [InlineData("""{"type":"ADDED","object":{"metadata":""")]
    [InlineData("<html>")]
    public void Anything_else_is_a_typed_error(string line) => Assert.Throws<WatchDecodeException>(() => Decode(line));

    [Fact]
    public void Errors_carry_the_code_of_their_status()
    {
        var e = Assert.Throws<KubernetesException>(() =>
            Decode("""{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"old"}}"""));
        Assert.True(e.IsGone);
        Assert.Equal("old", e.Status.Message);
    }

    [Fact]
    public void A_line_cut_into_pieces_of_one_byte_decodes_the_same()
    {
        var bytes = Encoding.UTF8.GetBytes("""{"type":"MODIFIED","object":{"metadata":{"name":"ä€","resourceVersion":"7"},"data":{"k":"v\n"}}}""");
        Segment? first = null, last = null;
        foreach (var b in bytes)
        {
            var next = new Segment(new[] { b }, last);
            first ??= next;
            last = next;
        }

        var decoded = WatchDecoder.Decode(new ReadOnlySequence<byte>(first!, 0, last!, 1), KubernetesJson.Default.V1ConfigMap);
        Assert.Equal(("ä€", "v\n"), (decoded.Object!.Metadata.Name, decoded.Object.Data!["k"]));
    }

    private static WatchEvent<V1ConfigMap> Decode(string line) =>
        WatchDecoder.Decode(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(line)), KubernetesJson.Default.V1ConfigMap);

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is null)
                return;
            RunningIndex = previous.RunningIndex + previous.Memory.Length;
            previous.Next = this;
        }
    }
}
