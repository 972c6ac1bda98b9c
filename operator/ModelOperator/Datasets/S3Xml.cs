using System.Xml;

namespace ModelOperator.Datasets;

/// <summary>Reads the answers of an S3 service: the texts of the elements that matter, in their order.</summary>
public static class S3Xml
{
    private static readonly XmlReaderSettings Settings = new() { Async = true, DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    /// <summary>Names and texts of elements, in the order of the document; the name alone where the element is the root.</summary>
    /// <param name="body">The document.</param>
    /// <param name="names">Elements without children that are wanted.</param>
    /// <exception cref="XmlException">It is no XML.</exception>
    public static async Task<(string Root, List<KeyValuePair<string, string>> Leaves)> ReadAsync(Stream body, params string[] names)
    {
        var root = "";
        var leaves = new List<KeyValuePair<string, string>>();
        using var xml = XmlReader.Create(body, Settings);
        var known = await xml.ReadAsync();
        while (known)
        {
            if (xml.NodeType == XmlNodeType.Element && root.Length == 0)
                root = xml.LocalName;
            if (xml.NodeType != XmlNodeType.Element || !names.Contains(xml.LocalName, StringComparer.Ordinal))
            {
                known = await xml.ReadAsync();
                continue;
            }

            // Reading an element's content leaves the reader on what follows it.
            var name = xml.LocalName;
            leaves.Add(new(name, await xml.ReadElementContentAsStringAsync()));
        }

        return (root, leaves);
    }

    /// <summary>One page of a ListObjectsV2 result and where the next begins; folders' own markers are left out.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    /// <exception cref="XmlException">It is no XML.</exception>
    public static async Task<(List<S3Object> Objects, string? Next)> ReadListAsync(Stream body)
    {
        var objects = new List<S3Object>();
        string? key = null, next = null;
        var truncated = false;
        var modified = DateTimeOffset.UnixEpoch;
        var (root, leaves) = await ReadAsync(body, "Key", "LastModified", "Size", "NextContinuationToken", "IsTruncated");
        if (root != "ListBucketResult")
            throw new FormatException($"its root is {root}");
        foreach (var (name, text) in leaves)
        {
            if (name == "Key")
                key = text;
            else if (name == "LastModified")
                modified = XmlConvert.ToDateTimeOffset(text);
            else if (name == "Size" && key is { } owner && !owner.EndsWith('/'))
                objects.Add(new S3Object(owner, long.Parse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture), modified));
            else if (name == "NextContinuationToken")
                next = text;
            else if (name == "IsTruncated")
                truncated = text == "true";
        }

        // A list that says that it goes on, and not where, is no whole list.
        return truncated && next is null ? throw new FormatException("it is truncated and does not say where it goes on") : (objects, truncated ? next : null);
    }
}
