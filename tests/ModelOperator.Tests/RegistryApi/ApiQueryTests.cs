using Microsoft.AspNetCore.WebUtilities;
using ModelOperator.RegistryApi;

namespace ModelOperator.Tests.RegistryApi;

public sealed class ApiQueryTests
{
    [Theory]
    [InlineData("listVersions", "colour=red", "colour", "parameters are alias, archived")]
    [InlineData("listVersions", "limit=0", "limit", "from 1 to 500")]
    [InlineData("listVersions", "limit=501", "limit", "from 1 to 500")]
    [InlineData("listVersions", "limit=ten", "limit", "from 1 to 500")]
    [InlineData("listVersions", "limit=", "limit", "from 1 to 500")]
    [InlineData("listVersions", "limit=1&limit=2", "limit", "at most 1")]
    [InlineData("listVersions", "order=up", "order", "one of asc, desc")]
    [InlineData("listVersions", "namespace=Team_A", "namespace", "lower-case letters")]
    [InlineData("listVersions", "phase=ready", "phase", "one of Pending, Ready, Failed, Archived")]
    [InlineData("listVersions", "tag=team", "tag", "<key>=<value>")]
    [InlineData("listVersions", "metric=rmse", "metric", "<metric><operator><number>")]
    [InlineData("listVersions", "metric=rmse<abc", "metric", "<metric><operator><number>")]
    [InlineData("listVersions", "metric=rmse<NaN", "metric", "<metric><operator><number>")]
    [InlineData("listVersions", "metric=rmse<1e999", "metric", "<metric><operator><number>")]
    [InlineData("listVersions", "metric=rmse=<5", "metric", "<metric><operator><number>")]
    [InlineData("listVersions", "metric=<5", "metric", "<metric><operator><number>")]
    [InlineData("listVersions", "dataset=sha256:abc", "dataset", "64 lower-case hexadecimal digits")]
    [InlineData("listVersions", "archived=yes", "archived", "one of false, true")]
    [InlineData("listVersions", "deleted=yes", "deleted", "one of exclude, include, only")]
    [InlineData("listVersions", "createdAfter=yesterday", "createdAfter", "RFC 3339")]
    [InlineData("listVersions", "revision=a%00b", "revision", "without control characters")]
    [InlineData("listVersions", "cursor=nonsense", "cursor", "same question")]
    [InlineData("listVersions", "tag=a=1&tag=b=1&tag=c=1&tag=d=1&tag=e=1&tag=f=1&tag=g=1&tag=h=1&tag=i=1", "tag", "at most 8")]
    [InlineData("getVersion", "limit=1", "limit", "no parameters")]
    [InlineData("listClusterBudgets", "namespace=ml", "namespace", "parameters are")]
    public void A_wrong_parameter_is_named_with_its_value_and_what_is_allowed(string operation, string text, string parameter, string allowed)
    {
        var (query, problem) = Read(operation, text);
        Assert.Null(query);
        Assert.Equal((400, parameter), (problem!.Status, problem.Parameter));
        Assert.Contains(allowed, problem.Allowed, StringComparison.Ordinal);
        Assert.Contains($"'{problem.Value}'", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_in_the_path_are_judged_too()
    {
        var (_, problem) = ApiQuery.Read(Route("getVersion"), static name => name == "name" ? "Not A Name" : "ml", []);
        Assert.Equal(("name", "Not A Name"), (problem!.Parameter, problem.Value));
    }

    [Fact]
    public void A_cursor_belongs_to_its_question_but_not_to_its_limit()
    {
        var first = Read("listVersions", "tag=a=1&limit=2").Query!;
        var cursor = new ApiCursor(["ml", "diamonds", "7"]).Write(first.Mark);
        Assert.Equal(["ml", "diamonds", "7"], Read("listVersions", $"limit=9&tag=a=1&cursor={cursor}").Query!.After!.Keys);
        foreach (var other in new[] { "tag=a=2", "tag=a=1&order=desc", "", "tag=a=1&namespace=ml" })
            Assert.Equal("cursor", Read("listVersions", $"{other}&cursor={cursor}").Problem!.Parameter);
        Assert.Equal("cursor", Read("listLineage", $"cursor={cursor}").Problem!.Parameter);
    }

    [Theory]
    [InlineData("metric=rmse<500", "m.value < $2")]
    [InlineData("metric=rmse<=500", "m.value <= $2")]
    [InlineData("metric=rmse>=-1.5e-3", "m.value >= $2")]
    [InlineData("metric=rmse=0", "m.value = $2")]
    [InlineData("metric=rmse@cut=500<500", "m.value < $2")]
    [InlineData("tag=a=b=c", "t.tags @> $2::jsonb")]
    [InlineData("archived=true", "t.archived")]
    public void Values_travel_as_parameters_only(string text, string condition)
    {
        var sought = Read("listVersions", text + "&deleted=include").Query!.Sought;
        Assert.Contains(condition, sought.ToString(), StringComparison.Ordinal);
        foreach (var word in new[] { "rmse", "500", "a=b" })
            Assert.DoesNotContain(word, sought.ToString(), StringComparison.Ordinal);
    }

    private static ApiRoute Route(string operation) => ApiRoutes.All.Single(route => route.Operation == operation);

    private static (ApiQuery? Query, ApiProblem? Problem) Read(string operation, string text) =>
        ApiQuery.Read(Route(operation), static name => name == "namespace" ? "ml" : "diamonds-1", QueryHelpers.ParseQuery(text));
}
