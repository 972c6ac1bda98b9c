namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>
/// An object that is kept as what its JSON has that samples of its kind have not: an object graph takes two to three times its text, and the texts of a
/// kind are nearly alike.
/// </summary>
/// <param name="key">Key.</param>
/// <param name="packed">What <paramref name="packer"/> made of it.</param>
/// <param name="packer">Unpacks it.</param>
internal sealed class PackedObject<T>(NamespacedName key, byte[] packed, ObjectPacker<T> packer) : CachedObject<T>
    where T : class, IKubernetesObject
{
    public override NamespacedName Key => key;

    public override string? Uid => Identity.Uid;

    public override string? Version => Identity.Version;

    /// <summary>What it is kept as.</summary>
    public int Bytes => packed.Length;

    private PackedIdentity Identity
    {
        get
        {
            ReadOnlySpan<byte> rest = packed;
            return PackedIdentity.Read(ref rest);
        }
    }

    public override T Read() => packer.Unpack(key, packed);
}
