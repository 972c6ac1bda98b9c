namespace ModelOperator.Tests.Datasets;

/// <summary>Like <see cref="S3FactAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class S3TheoryAttribute : TheoryAttribute
{
    public S3TheoryAttribute() => Skip = new S3FactAttribute().Skip;
}
