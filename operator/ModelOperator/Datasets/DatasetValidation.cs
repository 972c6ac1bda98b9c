using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ModelOperator.Api;

namespace ModelOperator.Datasets;

/// <summary>What a dataset must be like before a trainer sees it.</summary>
public sealed record DatasetValidation
{
    [Description("Format of the files.")]
    [DefaultValue(DatasetFormat.CSV)]
    public DatasetFormat Format { get; set; } = DatasetFormat.CSV;

    [Description("Character between two fields.")]
    [DefaultValue(",")]
    [StringLength(1, MinimumLength = 1)]
    public string Delimiter { get; set; } = ",";

    [Description("Texts that stand for a missing value, besides the empty one: NA, N/A, NaN and null when absent.")]
    [MaxItems(32)]
    public IReadOnlyList<string>? MissingValues { get; init; }

    [Description("Columns and their rules.")]
    [MaxItems(500)]
    public IReadOnlyList<DatasetColumn>? Columns { get; init; }

    [Description("Whether columns that are not listed may be there.")]
    [DefaultValue(true)]
    public bool AllowOtherColumns { get; set; } = true;

    [Description("Least number of rows, the header not counted.")]
    [Range(0L, 1_000_000_000_000L)]
    public long? MinimumRows { get; init; }

    [Description("Greatest number of rows.")]
    [Range(0L, 1_000_000_000_000L)]
    public long? MaximumRows { get; init; }

    [Description("Fail: the run fails before the trainer starts. Report: it goes on and the number of violations is recorded.")]
    [DefaultValue(DatasetViolationAction.Fail)]
    public DatasetViolationAction OnViolation { get; set; } = DatasetViolationAction.Fail;
}
