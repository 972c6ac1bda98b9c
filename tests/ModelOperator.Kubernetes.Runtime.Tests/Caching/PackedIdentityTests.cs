using ModelOperator.Kubernetes.Runtime.Caching;

namespace ModelOperator.Kubernetes.Runtime.Tests.Caching;

public sealed class PackedIdentityTests
{
    private const string Guid = "0b7c1f6e-93d4-4a55-8d0e-2f1c66ab9d10";
    private const string Owner = "ffffffff-0000-4fff-8000-0123456789ab";

    [Theory]
    [InlineData(Guid, "1234567", 1 + 16 + 8)]
    [InlineData(Guid, "18446744073709551615", 1 + 16 + 8)]
    [InlineData("0B7C1F6E-93D4-4A55-8D0E-2F1C66AB9D10", "0", null)]
    [InlineData("{0b7c1f6e-93d4-4a55-8d0e-2f1c66ab9d10}", "007", null)]
    [InlineData("u", "", null)]
    [InlineData("", "18446744073709551616", null)]
    [InlineData("é\n\"", "-1", null)]
    [InlineData(null, "+1", null)]
    [InlineData(Guid, null, 1 + 16)]
    [InlineData(null, null, 1)]
    public void An_identity_comes_back_to_the_letter(string? uid, string? version, int? bytes)
    {
        foreach (var owner in new[] { null, Owner })
        {
            PackedIdentity identity = new(uid, version, owner);
            var room = new byte[identity.MostBytes];
            var written = 0;
            identity.Write(room, ref written);
            Assert.Equal((bytes + (owner is null ? 0 : 16)) ?? written, written);
            ReadOnlySpan<byte> rest = [.. room[..written], 42];
            Assert.Equal(identity, PackedIdentity.Read(ref rest));
            Assert.Equal([42], rest.ToArray());
        }
    }

    [Fact]
    public void Only_an_owner_of_the_usual_form_is_taken_out_of_the_text()
    {
        static string? OwnerOf(params string[] owners) =>
            PackedIdentity.Of(new() { OwnerReferences = [.. owners.Select(static uid => new V1OwnerReference { ApiVersion = "v1", Kind = "Pod", Name = "p", Uid = uid })] }).Owner;
        Assert.Equal(Owner, OwnerOf(Owner, Guid));
        Assert.Null(OwnerOf("o1", Guid));
        Assert.Null(OwnerOf(Owner.ToUpperInvariant()));
        Assert.Null(OwnerOf());
    }
}
