namespace ModelOperator.Tests.EnergyAgent;

/// <summary>A test that builds a C library; says so where there is no compiler.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CompilerFactAttribute : FactAttribute
{
    public CompilerFactAttribute()
    {
        if (!File.Exists("/usr/bin/gcc"))
            Skip = "needs /usr/bin/gcc to build a stub of NVML";
    }
}
