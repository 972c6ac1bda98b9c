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
    private readonly string _many;
    private readonly Func<object?, int, object?> _keep;
    private bool _isMany;
    private int _position;
    private int _depth;

    private UbjReader(ReadOnlySpan<byte> bytes, string many, Func<object?, int, object?> keep)
    {
        _bytes = bytes;
        (_many, _keep) = (many, keep);
    }

    /// <param name="bytes">The document.</param>
    /// <param name="many">Name of a member that is a list of what would take too much memory all at once.</param>
    /// <param name="keep">What is kept of each of them, told its place.</param>
    /// <exception cref="FormatException">The bytes are no UBJ document.</exception>
    internal static object? Read(ReadOnlySpan<byte> bytes, string many, Func<object?, int, object?> keep)
    {
        var reader = new UbjReader(bytes, many, keep);
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
            _isMany = name == _many;
            members[name] = Value(Marker());
            _isMany = false;
        }

        _position++;
        _depth--;
        return members;
    }

    private object Array()
    {
        Enter();
        var isMany = _isMany;
        _isMany = false;
        var type = Optional('$') ? Marker() : (byte)0;
        if (!Optional('#'))
        {
            if (type != 0)
                throw Fault("a typed array without a length");
            return Open(isMany);
        }

        var length = Integer(Marker());
        if (length < 0 || length > _bytes.Length - _position)
            throw Fault($"an array of {length} elements");
        object array = type switch
        {
            0 => Counted((int)length, isMany),
            (byte)'d' or (byte)'D' => Reals(type, (int)length),
            _ => Integers(type, (int)length),
        };
        _depth--;
        return array;
    }

    private object?[] Open(bool isMany)
    {
        var items = new List<object?>();
        while (Peek() != ']')
            items.Add(Item(isMany, items.Count));
        _position++;
        _depth--;
        return [.. items];
    }

    private object?[] Counted(int length, bool isMany)
    {
        var items = new object?[length];
        for (var i = 0; i < length; i++)
            items[i] = Item(isMany, i);
        return items;
    }

    private object? Item(bool isMany, int place) => Value(Marker()) is var item && isMany ? _keep(item, place) : item;

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
