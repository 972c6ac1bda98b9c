namespace ModelOperator.Artifacts;

/// <summary>What a directory entry is.</summary>
internal enum FileKind
{
    /// <summary>Nothing is there, or it cannot be looked at.</summary>
    Missing,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    Symlink,

    /// <summary>A pipe, socket or device.</summary>
    Special,
}
