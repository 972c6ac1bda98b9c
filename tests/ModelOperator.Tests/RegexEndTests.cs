using System.Reflection;
using System.Text.RegularExpressions;
using ModelOperator.Api;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests;

/// <summary>To .NET a <c>$</c> is also the place before a last line feed: what passes with one is not what was checked.</summary>
public sealed class RegexEndTests
{
    private static readonly Assembly[] Assemblies =
    [
        typeof(ModelOperatorApi).Assembly, typeof(ModelOperator.Kubernetes.Quantity).Assembly, typeof(ModelOperator.Kubernetes.Runtime.NamespacedName).Assembly,
        typeof(ModelOperator.Analysis.MetricState).Assembly, typeof(ModelOperator.Carbon.Energy).Assembly,
    ];

    [Fact]
    public void No_pattern_that_is_checked_here_takes_a_line_feed_for_its_end()
    {
        var patterns = Assemblies.SelectMany(static assembly => assembly.GetTypes())
            .SelectMany(static type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(static method => (method, method.GetCustomAttribute<GeneratedRegexAttribute>()?.Pattern))
            .Where(static one => one.Pattern is not null).ToList();
        Assert.True(patterns.Count > 20, $"{patterns.Count} patterns were found");
        Assert.All(patterns, static one => Assert.False(one.Pattern!.EndsWith('$'), $"{one.method.DeclaringType!.Name}.{one.method.Name}: {one.Pattern} lets a last line feed pass; end it in \\z"));
    }

    [Theory]
    [InlineData("pvc://claim/models")]
    [InlineData("pvc://claim")]
    public void A_pattern_of_the_schema_is_as_strict_here(string uri)
    {
        var strict = new Regex(TrainingCheckpoints.UriPattern + RegexEnds.Strictly);
        Assert.Matches(strict, uri);
        Assert.Matches(TrainingCheckpoints.UriPattern, uri + "\n");
        Assert.DoesNotMatch(strict, uri + "\n");
    }
}
