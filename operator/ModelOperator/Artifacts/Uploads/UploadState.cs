namespace ModelOperator.Artifacts;

/// <summary>What is kept on the volume about an upload that is under way.</summary>
public sealed record UploadState
{
    /// <summary>Digest that the bytes must have, 64 digits.</summary>
    public required string Hex { get; init; }

    /// <summary>Scope or user that uploads.</summary>
    public required string Caller { get; init; }

    /// <summary>Namespace on whose behalf; null for none.</summary>
    public string? Namespace { get; init; }

    /// <summary>Bytes in all.</summary>
    public required long Length { get; init; }

    /// <summary>Bytes that are on the volume for good.</summary>
    public required long Offset { get; init; }

    /// <summary>When bytes last came.</summary>
    public required DateTimeOffset LastUsed { get; init; }
}
