namespace ModelOperator.Registry;

/// <summary>One content of a dataset in a report: its digest, when it was read, and what was made from it.</summary>
/// <param name="Namespace">Namespace.</param>
/// <param name="Name">Name of the dataset in its runs.</param>
/// <param name="Digest">Digest, sha256:hex.</param>
/// <param name="Uri">Where it was read from.</param>
/// <param name="FirstRead">When a run first read it.</param>
/// <param name="LastRead">When a run last read it.</param>
/// <param name="Rows">Rows, where known.</param>
/// <param name="Columns">Columns, where known.</param>
/// <param name="ProfileDigest">Digest of its profile, where one was made.</param>
/// <param name="Runs">Runs that read it, oldest first.</param>
/// <param name="ModelVersions">ModelVersions made by those runs, by name.</param>
public sealed record DatasetReport(
    string Namespace,
    string Name,
    string Digest,
    string Uri,
    DateTimeOffset? FirstRead,
    DateTimeOffset? LastRead,
    long? Rows,
    long? Columns,
    string? ProfileDigest,
    IReadOnlyList<string> Runs,
    IReadOnlyList<string> ModelVersions);
