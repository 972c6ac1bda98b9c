using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ModelOperator.Api;

/// <summary>Where the training code comes from; recorded in the lineage.</summary>
public sealed record SourceRevision
{
    [Description("Repository URL.")]
    [StringLength(2048)]
    public string? Repo { get; init; }

    [Description("Commit or tag.")]
    [StringLength(256)]
    public string? Revision { get; init; }
}
