namespace ModelOperator.Artifacts;

/// <summary>One thing to fetch, as the plan in MODELOP_FETCH_PLAN holds it.</summary>
public sealed record FetchItem
{
    /// <summary>Name for messages.</summary>
    public required string Name { get; init; }

    /// <summary>modelop://sha256/&lt;hex&gt;, http(s)://... or configmap://&lt;name&gt;[/&lt;key&gt;].</summary>
    public required string Uri { get; init; }

    /// <summary>Folder to write into, absolute.</summary>
    public required string Dir { get; init; }

    /// <summary>Expected digest, <c>sha256:&lt;hex&gt;</c>; required for http(s).</summary>
    public string? Digest { get; init; }

    /// <summary>File name of a single file inside the folder.</summary>
    public string? FileName { get; init; }

    /// <summary>Token of the store for this item; MODELOP_STORE_TOKEN when absent.</summary>
    public string? Token { get; init; }

    /// <summary>Where the kubelet mounted a configmap:// source: a file, or a folder with one file per key.</summary>
    public string? Path { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Name} ({Uri})";
}
