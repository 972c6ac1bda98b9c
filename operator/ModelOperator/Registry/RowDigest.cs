using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ModelOperator.Registry;

/// <summary>Content of rows in 32 bytes: equal digests are equal rows.</summary>
public static class RowDigest
{
    /// <summary>Digest of rows, in order.</summary>
    /// <param name="rows">Rows.</param>
    public static byte[] Of(IEnumerable<RegistryRow> rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var row in rows)
        {
            Add(hash, 't', Encoding.UTF8.GetBytes(row.Table.Name));
            foreach (var value in row.Values)
                Add(hash, value);
        }

        return hash.GetHashAndReset();
    }

    private static void Add(IncrementalHash hash, object? value)
    {
        switch (value)
        {
            case null:
                Add(hash, '-', []);
                break;
            case string text:
                Add(hash, 's', Encoding.UTF8.GetBytes(text));
                break;
            case long number:
                Add(hash, 'n', BitConverter.GetBytes(number));
                break;
            case bool flag:
                Add(hash, 'b', [flag ? (byte)1 : (byte)0]);
                break;
            case DateTimeOffset time:
                Add(hash, 'd', BitConverter.GetBytes(time.UtcTicks));
                break;
            default:
                throw new InvalidOperationException($"a {value.GetType().Name} is no column value");
        }
    }

    /// <summary>Kind and length go first, so that neighbours cannot run into each other.</summary>
    private static void Add(IncrementalHash hash, char kind, ReadOnlySpan<byte> bytes)
    {
        Span<byte> head = stackalloc byte[5];
        head[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(head[1..], bytes.Length);
        hash.AppendData(head);
        hash.AppendData(bytes);
    }
}
