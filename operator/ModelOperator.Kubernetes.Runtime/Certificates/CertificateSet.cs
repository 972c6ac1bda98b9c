using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ModelOperator.Kubernetes.Runtime.Certificates;

/// <summary>The Secret's contents, as PEM text.</summary>
/// <param name="Authority">Certificate that signs.</param>
/// <param name="AuthorityKey">Its key.</param>
/// <param name="Serving">Serving certificate.</param>
/// <param name="ServingKey">Its key.</param>
/// <param name="Bundle">All authorities that the API server should trust.</param>
/// <param name="Next">Announced successor, if any.</param>
/// <param name="NextKey">Its key.</param>
/// <param name="AnnouncedAt">Since when.</param>
public sealed record CertificateSet(
    string Authority,
    string AuthorityKey,
    string Serving,
    string ServingKey,
    string Bundle,
    string? Next = null,
    string? NextKey = null,
    DateTimeOffset? AnnouncedAt = null)
{
    private const string AuthorityField = "ca.crt";
    private const string AuthorityKeyField = "ca.key";
    private const string ServingField = "tls.crt";
    private const string ServingKeyField = "tls.key";
    private const string BundleField = "bundle.crt";
    private const string NextField = "next-ca.crt";
    private const string NextKeyField = "next-ca.key";
    private const string AnnouncedField = "next-announced";

    /// <summary>Keeps keys out of logs.</summary>
    public override string ToString() => "CertificateSet";

    /// <summary>Reads a Secret's data; null when a part is missing.</summary>
    /// <param name="data">Data.</param>
    public static CertificateSet? Read(IReadOnlyDictionary<string, byte[]>? data)
    {
        if (data is null || Text(data, AuthorityField) is not { } authority || Text(data, AuthorityKeyField) is not { } authorityKey
            || Text(data, ServingField) is not { } serving || Text(data, ServingKeyField) is not { } servingKey
            || Text(data, BundleField) is not { } bundle)
            return null;
        return new CertificateSet(authority, authorityKey, serving, servingKey, bundle, Text(data, NextField), Text(data, NextKeyField), Announced(data));
    }

    /// <summary>A Secret's data.</summary>
    public Dictionary<string, byte[]> ToData()
    {
        var data = new Dictionary<string, byte[]>
        {
            [AuthorityField] = Encoding.UTF8.GetBytes(Authority),
            [AuthorityKeyField] = Encoding.UTF8.GetBytes(AuthorityKey),
            [ServingField] = Encoding.UTF8.GetBytes(Serving),
            [ServingKeyField] = Encoding.UTF8.GetBytes(ServingKey),
            [BundleField] = Encoding.UTF8.GetBytes(Bundle),
        };
        if (Next is not null && NextKey is not null && AnnouncedAt is { } at)
        {
            data[NextField] = Encoding.UTF8.GetBytes(Next);
            data[NextKeyField] = Encoding.UTF8.GetBytes(NextKey);
            data[AnnouncedField] = Encoding.UTF8.GetBytes(at.ToString("O", CultureInfo.InvariantCulture));
        }

        return data;
    }

    /// <summary>The bundle's certificates; the caller disposes them.</summary>
    public X509Certificate2Collection ReadBundle()
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPem(Bundle);
        return all;
    }

    private static string? Text(IReadOnlyDictionary<string, byte[]> data, string field) =>
        data.TryGetValue(field, out var bytes) && bytes.Length > 0 ? Encoding.UTF8.GetString(bytes) : null;

    private static DateTimeOffset? Announced(IReadOnlyDictionary<string, byte[]> data) =>
        DateTimeOffset.TryParse(Text(data, AnnouncedField), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at) ? at : null;
}
