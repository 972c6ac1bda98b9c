namespace ModelOperator.Operator.Tests.World;

/// <summary>Where the checkout is.</summary>
internal static class RepositoryRoot
{
    internal static string Path { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) => File.Exists(System.IO.Path.Combine(folder, "ModelOperator.sln"))
        ? folder
        : Find(System.IO.Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("no ModelOperator.sln above the test's folder"));
}
