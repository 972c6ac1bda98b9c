using System.Text;

namespace ModelOperator.EnergyAgent;

/// <summary>
/// Reads the kubelet's ListPodResourcesResponse (k8s.io/kubelet podresources v1: pod_resources = 1 {name 1, namespace 2, containers 3 {name 1, devices 2
/// {resource_name 1, device_ids 2}}}) as far as devices go. Unknown fields are passed over. Pure.
/// </summary>
public static class PodResourcesMessage
{
    private const int Delimited = 2;

    /// <summary>Everybody who holds a device of a resource whose name begins with <paramref name="prefix"/>.</summary>
    /// <exception cref="FormatException">Not a message of that kind.</exception>
    public static IReadOnlyList<DeviceHolder> Holders(ReadOnlySpan<byte> message, string prefix)
    {
        var holders = new List<DeviceHolder>();
        while (!message.IsEmpty)
        {
            if (Next(ref message, out var field) && field.Number == 1)
                Pod(field.Data, prefix, holders);
        }

        return holders;
    }

    private static void Pod(ReadOnlySpan<byte> message, string prefix, List<DeviceHolder> holders)
    {
        var (name, space) = ("", "");
        var rest = message;
        while (!rest.IsEmpty)
        {
            if (!Next(ref rest, out var field))
                continue;
            name = field.Number == 1 ? Text(field.Data) : name;
            space = field.Number == 2 ? Text(field.Data) : space;
        }

        rest = message;
        while (!rest.IsEmpty)
        {
            if (Next(ref rest, out var field) && field.Number == 3)
                Container(field.Data, prefix, space, name, holders);
        }
    }

    private static void Container(ReadOnlySpan<byte> message, string prefix, string space, string pod, List<DeviceHolder> holders)
    {
        var name = "";
        var devices = new List<string>();
        while (!message.IsEmpty)
        {
            if (!Next(ref message, out var field))
                continue;
            if (field.Number == 1)
                name = Text(field.Data);
            else if (field.Number == 2)
                Devices(field.Data, prefix, devices);
        }

        holders.AddRange(devices.Select(d => new DeviceHolder(space, pod, name, d)));
    }

    private static void Devices(ReadOnlySpan<byte> message, string prefix, List<string> devices)
    {
        var resource = "";
        var ids = new List<string>();
        while (!message.IsEmpty)
        {
            if (!Next(ref message, out var field))
                continue;
            if (field.Number == 1)
                resource = Text(field.Data);
            else if (field.Number == 2)
                ids.Add(Text(field.Data));
        }

        if (resource.StartsWith(prefix, StringComparison.Ordinal))
            devices.AddRange(ids);
    }

    /// <summary>Takes the next field; true when it holds bytes.</summary>
    private static bool Next(ref ReadOnlySpan<byte> message, out Field field)
    {
        var tag = Varint(ref message);
        field = new Field { Number = (int)(tag >> 3) };
        switch (tag & 7)
        {
            case 0:
                Varint(ref message);
                return false;
            case 1:
                message = Skip(message, 8);
                return false;
            case Delimited:
                var length = Varint(ref message);
                if (length > (ulong)message.Length)
                    throw new FormatException("the kubelet's answer ends within a field");
                field = new Field { Number = (int)(tag >> 3), Data = message[..(int)length] };
                message = message[(int)length..];
                return true;
            case 5:
                message = Skip(message, 4);
                return false;
            default:
                throw new FormatException("the kubelet's answer has a field of unknown kind");
        }
    }

    private static ulong Varint(ref ReadOnlySpan<byte> message)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (message.IsEmpty)
                break;
            var next = message[0];
            message = message[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }

        throw new FormatException("the kubelet's answer ends within a number");
    }

    private static ReadOnlySpan<byte> Skip(ReadOnlySpan<byte> message, int bytes) =>
        message.Length >= bytes ? message[bytes..] : throw new FormatException("the kubelet's answer ends within a field");

    private static string Text(ReadOnlySpan<byte> data) => Encoding.UTF8.GetString(data);

    private ref struct Field
    {
        public int Number { get; init; }

        public ReadOnlySpan<byte> Data { get; init; }
    }
}
