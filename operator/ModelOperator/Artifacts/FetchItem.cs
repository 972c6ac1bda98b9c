using ModelOperator.Datasets;

namespace ModelOperator.Artifacts;

/// <summary>One thing to fetch, as the plan in MODELOP_FETCH_PLAN holds it.</summary>
public sealed record FetchItem
{
    /// <summary>Name for messages.</summary>
    public required string Name { get; init; }

    /// <summary>modelop://sha256/&lt;hex&gt;, http(s)://..., s3://&lt;bucket&gt;/&lt;key&gt;, pvc://&lt;claim&gt;/&lt;path&gt; or configmap://&lt;name&gt;[/&lt;key&gt;].</summary>
    public required string Uri { get; init; }

    /// <summary>Folder to write into, absolute.</summary>
    public required string Dir { get; init; }

    /// <summary>Expected digest, <c>sha256:&lt;hex&gt;</c>; required for http(s).</summary>
    public string? Digest { get; init; }

    /// <summary>File name of a single file inside the folder.</summary>
    public string? FileName { get; init; }

    /// <summary>Token of the store for this item; MODELOP_STORE_TOKEN when absent.</summary>
    public string? Token { get; init; }

    /// <summary>Where the kubelet mounted a configmap:// source (a file, or a folder with one file per key) or the claim of a pvc:// source.</summary>
    public string? Path { get; init; }

    /// <summary>Address of the service of an s3:// source; AWS's own when absent.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Region of an s3:// source.</summary>
    public string? Region { get; init; }

    /// <summary>Where the kubelet mounted the Secret with the source's credentials.</summary>
    public string? CredentialsPath { get; init; }

    /// <summary>What the dataset must be like.</summary>
    public DatasetValidation? Validation { get; init; }

    /// <summary>Whether its profile is stored.</summary>
    public bool? Profile { get; init; }

    /// <summary>Write token of the store for the profile, scoped to the run.</summary>
    public string? ProfileToken { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Name} ({Uri})";
}
