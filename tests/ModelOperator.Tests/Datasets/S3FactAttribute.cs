namespace ModelOperator.Tests.Datasets;

/// <summary>A test against a real S3 server: OpenStack Swift with its S3 API, Debian's python3-swift, where no other is named. Skipped, and said so, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class S3FactAttribute : FactAttribute
{
    public S3FactAttribute()
    {
        if (Environment.GetEnvironmentVariable(S3Server.Script) is null && !Directory.Exists("/usr/lib/python3/dist-packages/swift") && Environment.GetEnvironmentVariable("MODELOP_REQUIRE_S3") != "1")
            Skip = "there is no S3 server: apt-get install python3-swift";
    }
}
