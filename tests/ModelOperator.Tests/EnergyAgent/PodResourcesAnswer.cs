using System.Text;

namespace ModelOperator.Tests.EnergyAgent;

/// <summary>A ListPodResourcesResponse, written field by field: one Pod whose trainer holds a GPU and a NIC, with fields that are not read.</summary>
internal static class PodResourcesAnswer
{
    internal static IEnumerable<byte> Bytes => Field(1,
    [
        .. Field(1, "diamonds-1-0"),
        .. Field(2, "team-a"),
        .. Field(3,
        [
            .. Field(1, "trainer"),
            .. Field(2, [.. Field(1, "nvidia.com/gpu"), .. Field(2, "GPU-aaaa"), .. Field(3, [0x08, 0x01])]),
            .. Field(2, [.. Field(1, "vendor.example/nic"), .. Field(2, "eth-7")]),
            0x18, 0x96, 0x01,
        ]),
    ]);

    private static byte[] Field(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int number, byte[] data) => [(byte)((number << 3) | 2), (byte)data.Length, .. data];
}
