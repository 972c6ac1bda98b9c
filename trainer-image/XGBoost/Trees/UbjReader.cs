using System.Buffers.Binary;
using System.Text;

namespace ModelOperator.XGBoost.Trees;

/// <summary>
/// Reads Universal Binary JSON (https://ubjson.org, draft 12) as libxgboost writes it, into <see cref="Dictionary{TKey, TValue}"/>, <c>object[]</c>,
/// <c>float[]</c> and <c>long[]</c> (typed arrays), texts, <c>long</c>, <c>double</c>, <c>bool</c> and null.
/// </summary>
internal ref struct UbjReader
{
    private const int MostDepth = 64;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _position;
    private int _depth;

    private UbjReader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <exception cref="FormatException">The bytes are no UBJ document.</exception>
    internal static object? Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new UbjReader(bytes);
        return reader.Value(reader.Marker());
    }

    private object? Value(byte marker) => marker switch
    {
        (byte)'{' => Object(),
        (byte)'[' => Array(),
        (byte)'S' or (byte)'H' => Text(),
        (byte)'C' => ((char)Take(1)[0]).ToString(),
        (byte)'d' or (byte)'D' => Real(marker),
        (byte)'T' => true,
        (byte)'F' => false,
        (byte)'Z' => null,
        _ => Integer(marker),
    };

    private Dictionary<string, object?> Object()
    {
        Enter();
        if (Peek() is (byte)'$' or (byte)'#')
            throw Fault("an object of one type, which libxgboost does not write");
        var members = new Dictionary<string, object?>(StringComparer.Ordinal);
        while (Peek() != '}')
        {
            var name = Text();
            members[name] = Value(Marker());
        }

        _position++;
        _depth--;
        return members;
    }

    private object Array()
    {
        Enter();
        var type = Optional('$') ? Marker() : (byte)0;
        if (!Optional('#'))
        {
            if (type != 0)
                throw Fault("a typed array without a length");
            return Open();
        }

        var length = Integer(Marker());
        if (length < 0 || length > _bytes.Length - _position)
            throw Fault($"an array of {length} elements");
        object array = type switch
        {
            0 => Counted((int)length),
            (byte)'d' or (byte)'D' => Reals(type, (int)length),
            _ => Integers(type, (int)length),
        };
        _depth--;
        return array;
    }

    private object?[] Open()
    {
        var items = new List<object?>();
        while (Peek() != ']')
            items.Add(Value(Marker()));
        _position++;
        _depth--;
        return [.. items];
    }

    private object?[] Counted(int length)
    {
        var items = new object?[length];
        for (var i = 0; i < length; i++)
            items[i] = Value(Marker());
        return items;
    }

    private float[] Reals(byte type, int length)
    {
        var values = new float[length];
        for (var i = 0; i < length; i++)
            values[i] = (float)Real(type);
        return values;
    }

    private long[] Integers(byte type, int length)
    {
        var values = new long[length];
        for (var i = 0; i < length; i++)
            values[i] = Integer(type);
        return values;
    }

    private double Real(byte type) => type == 'd' ? BinaryPrimitives.ReadSingleBigEndian(Take(4)) : BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    private long Integer(byte type) => type switch
    {
        (byte)'U' => Take(1)[0],
        (byte)'i' => (sbyte)Take(1)[0],
        (byte)'I' => BinaryPrimitives.ReadInt16BigEndian(Take(2)),
        (byte)'l' => BinaryPrimitives.ReadInt32BigEndian(Take(4)),
        (byte)'L' => BinaryPrimitives.ReadInt64BigEndian(Take(8)),
        _ => throw Fault($"the marker 0x{type:x2}"),
    };

    private string Text()
    {
        var length = Integer(Marker());
        return length >= 0 && length <= _bytes.Length - _position ? Encoding.UTF8.GetString(Take((int)length)) : throw Fault($"a text of {length} bytes");
    }

    private bool Optional(char marker)
    {
        if (Peek() != marker)
            return false;
        _position++;
        return true;
    }

    private readonly byte Peek() => _position < _bytes.Length ? _bytes[_position] : throw Fault("the end of the data");

    private byte Marker()
    {
        while (Peek() == 'N')
            _position++;
        return _bytes[_position++];
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _bytes.Length - _position)
            throw Fault("the end of the data");
        var taken = _bytes.Slice(_position, length);
        _position += length;
        return taken;
    }

    private void Enter()
    {
        if (++_depth > MostDepth)
            throw Fault($"more than {MostDepth} levels");
    }

    private readonly FormatException Fault(string what) => new($"byte {_position} of the model: {what}");
}
