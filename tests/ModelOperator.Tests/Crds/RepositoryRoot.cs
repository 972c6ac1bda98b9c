namespace ModelOperator.Tests.Crds;

internal static class RepositoryRoot
{
    internal static string Path { get; } = Find();

    /// <summary>The folder above the tests' output that holds the solution.</summary>
    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "ModelOperator.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests run outside the repository");
    }
}
