namespace ModelOperator.Trainer.Tests;

/// <summary>A test on the real diamonds table; skipped, with the reason, where <c>trainer-image/get-diamonds</c> has not been run.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DiamondsFactAttribute : FactAttribute
{
    public DiamondsFactAttribute()
    {
        if (!File.Exists(Archive))
            Skip = $"needs {Archive}: run trainer-image/get-diamonds (npm package @observablehq/sample-datasets)";
    }

    internal static string Archive { get; } = Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "model-operator/npm/observablehq-sample-datasets-1.0.1.tgz");
}
