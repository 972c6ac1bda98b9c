using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Kubernetes.Runtime.Caching;

namespace ModelOperator.Kubernetes.Runtime.Tests.Caching;

public sealed class TextDeltaTests
{
    private static readonly string[] Words = ["\"metadata\":{", "\"name\":\"", "bench-", "é", "\0", "0123456789abcdef", "\"}", ",", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "📦"];

    [Fact]
    public void Every_text_comes_back_whatever_the_sample()
    {
        // Few words often repeated, so that copies from everywhere, of everything and over each other come up; and bytes that are no text at all.
        var words = Gen.Choose(0, 400).SelectMany(count => Gen.Elements(Words).ListOf(count)).Select(list => Encoding.UTF8.GetBytes(string.Concat(list)));
        var bytes = Gen.Choose(0, 300).SelectMany(count => Gen.Choose(0, 255).ListOf(count)).Select(list => list.Select(b => (byte)b).ToArray());
        var some = Gen.OneOf(words, bytes);
        var cases = from sample in some
                    from further in some
                    from known in some
                    from text in some
                    select (sample, further, known, text);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var sample = SampleText.Empty.With(c.sample);
            var packed = Encode(sample, c.known, c.text);
            Assert.Equal(c.text, Decode(sample, packed, c.known, c.text.Length));
            Assert.Equal(c.text, Decode(sample.With(c.further), packed, c.known, c.text.Length));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(70_000)]
    [InlineData(3_000_000)]
    public void Every_length_comes_back(int length)
    {
        var random = new Random(length);
        var noise = new byte[length];
        random.NextBytes(noise);
        var sample = SampleText.Empty.With(Enumerable.Repeat((byte)'a', 5).Concat(noise.Take(30_000)).ToArray());
        foreach (var text in new[] { noise, new byte[length], [.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))] })
            Assert.Equal(text, Decode(sample, Encode(sample, [1, 2, 3, 4, 5], text), [1, 2, 3, 4, 5], length));
    }

    [Fact]
    public void The_longest_sample_is_read_to_its_last_byte()
    {
        var noise = new byte[SampleText.Most];
        new Random(1).NextBytes(noise);
        var sample = SampleText.Empty.With(noise);
        var end = noise[^100..];
        Assert.InRange(Encode(sample, [], end).Length, 1, 8);
        Assert.Equal(end, Decode(sample, Encode(sample, [], end), [], end.Length));
    }

    [Fact]
    public void What_differs_is_all_that_costs()
    {
        var one = """{"metadata":{"name":"prices-1","labels":{"app":"model-server","canary":"prices"}},"spec":{"replicas":3,"template":{"metadata":{"labels":{"app":"model-server"}}}}}"""u8;
        var other = """{"metadata":{"name":"prices-2","labels":{"app":"model-server","canary":"prices"}},"spec":{"replicas":5,"template":{"metadata":{"labels":{"app":"model-server"}}}}}"""u8;
        Assert.InRange(Encode(SampleText.Empty.With(one), [], other.ToArray()).Length, 1, 14);
        Assert.InRange(Encode(SampleText.Empty, other.ToArray(), other.ToArray()).Length, 1, 12);
    }

    private static byte[] Encode(SampleText sample, byte[] known, byte[] text)
    {
        byte[] whole = [.. known, .. text];
        // Exactly as much room as is promised.
        var room = new byte[TextDelta.MostBytes(whole.Length)];
        return room[..TextDelta.Encode(sample, whole, known.Length, room)];
    }

    private static byte[] Decode(SampleText sample, byte[] packed, byte[] known, int length)
    {
        var whole = new byte[known.Length + length];
        known.CopyTo(whole, 0);
        TextDelta.Decode(sample, packed, whole, known.Length);
        return whole[known.Length..];
    }
}
