using System.Reflection;

namespace ModelOperator.Hosting;

/// <summary>Version of this build.</summary>
internal static class OperatorVersion
{
    public static string Text { get; } =
        typeof(OperatorVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
