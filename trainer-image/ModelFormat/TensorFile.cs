using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace ModelOperator.ModelFormat;

/// <summary>
/// A safetensors file (github.com/huggingface/safetensors): the length of a JSON header as 64 bits, the header with name, type, shape and place of
/// each tensor, and the tensors, little-endian.
/// </summary>
internal sealed class TensorFile : IDisposable
{
    private const int HeaderAlignment = 8;

    private readonly string _file;
    private readonly JsonDocument _header;
    private readonly ReadOnlyMemory<byte> _content;

    /// <param name="file">Name for errors.</param>
    /// <param name="bytes">The file.</param>
    /// <exception cref="ModelFormatException">The bytes are no such file.</exception>
    internal TensorFile(string file, ReadOnlyMemory<byte> bytes)
    {
        _file = file;
        var length = bytes.Length < sizeof(long) ? -1 : BinaryPrimitives.ReadInt64LittleEndian(bytes.Span);
        if (length < 0 || length > bytes.Length - sizeof(long))
            throw Malformed("the header's length is not that of a safetensors file");
        _content = bytes[(sizeof(long) + (int)length)..];
        try
        {
            _header = JsonDocument.Parse(bytes.Slice(sizeof(long), (int)length));
        }
        catch (JsonException failure)
        {
            throw MalformedHeader(failure);
        }

        if (_header.RootElement.ValueKind != JsonValueKind.Object)
            throw Malformed($"the header is a JSON {_header.RootElement.ValueKind}");
    }

    /// <param name="metadata">Texts by name; nothing that a reader needs.</param>
    /// <param name="tensors">In the order of the file; those of wide types first, so that each is aligned.</param>
    internal static byte[] Write(IEnumerable<(string Name, string Value)> metadata, IReadOnlyList<Tensor> tensors)
    {
        var header = Header(metadata, tensors);
        var file = new byte[sizeof(long) + header.Length + tensors.Sum(static tensor => tensor.Content.Length)];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
        header.CopyTo(file, sizeof(long));
        var at = sizeof(long) + header.Length;
        foreach (var tensor in tensors)
        {
            tensor.Content.CopyTo(file, at);
            at += tensor.Content.Length;
        }

        return file;
    }

    /// <summary>The type of a tensor; null when there is none of this name.</summary>
    /// <exception cref="ModelFormatException">The header is malformed.</exception>
    internal string? TypeOf(string name) => Checked(() => _header.RootElement.TryGetProperty(name, out var tensor) ? tensor.GetProperty("dtype").GetString() : null);

    /// <summary>The numbers of a tensor of one dimension.</summary>
    /// <param name="name">Which.</param>
    /// <param name="type">Its type must be this.</param>
    /// <param name="length">Its length; null for any.</param>
    /// <exception cref="ModelFormatException">It is missing, or has another type or shape.</exception>
    internal T[] Vector<T>(string name, string type, int? length = null) where T : unmanaged => Read<T>(name, type, [length]).Values;

    /// <summary>The numbers of a tensor of two dimensions, row by row.</summary>
    /// <exception cref="ModelFormatException">It is missing, or has another type or shape.</exception>
    internal (T[] Values, int Rows, int Columns) Matrix<T>(string name, string type) where T : unmanaged =>
        Read<T>(name, type, [null, null]) is var (values, shape) ? (values, shape[0], shape[1]) : default;

    internal ModelFormatException Malformed(string reason, Exception? inner = null) => new($"{_file}: {reason}", inner);

    public void Dispose() => _header.Dispose();

    private (T[] Values, int[] Shape) Read<T>(string name, string type, int?[] lengths) where T : unmanaged => Checked(() =>
    {
        if (!_header.RootElement.TryGetProperty(name, out var tensor))
            throw Malformed($"there is no tensor {name}");
        int[] shape = [.. tensor.GetProperty("shape").EnumerateArray().Select(static length => length.GetInt32())];
        var offsets = tensor.GetProperty("data_offsets");
        var (from, to) = (offsets[0].GetInt64(), offsets[1].GetInt64());
        var fits = tensor.GetProperty("dtype").GetString() == type && shape.Length == lengths.Length;
        long count = 1;
        for (var i = 0; fits && i < shape.Length; i++)
        {
            fits = shape[i] >= 0 && (lengths[i] ?? shape[i]) == shape[i] && (count *= shape[i]) <= int.MaxValue;
        }

        if (!fits || from < 0 || to > _content.Length || to - from != count * Marshal.SizeOf<T>())
            throw Malformed($"tensor {name} has another type, shape or length than it should have");
        return (MemoryMarshal.Cast<byte, T>(_content.Span[(int)from..(int)to]).ToArray(), shape);
    });

    private T Checked<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception failure) when (failure is InvalidOperationException or FormatException or KeyNotFoundException or IndexOutOfRangeException)
        {
            throw MalformedHeader(failure);
        }
    }

    private ModelFormatException MalformedHeader(Exception failure) => new($"{_file} has a malformed header: {failure.Message}", failure);

    private static byte[] Header(IEnumerable<(string Name, string Value)> metadata, IReadOnlyList<Tensor> tensors)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach (var (name, value) in metadata)
                json.WriteString(name, value);
            json.WriteEndObject();
            long at = 0;
            foreach (var (name, type, shape, content) in tensors)
            {
                json.WriteStartObject(name);
                json.WriteString("dtype", type);
                json.WriteStartArray("shape");
                foreach (var length in shape)
                    json.WriteNumberValue(length);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(at);
                json.WriteNumberValue(at += content.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        // Spaces, so that the first tensor is aligned.
        while (stream.Length % HeaderAlignment != 0)
            stream.WriteByte((byte)' ');
        return stream.ToArray();
    }
}
