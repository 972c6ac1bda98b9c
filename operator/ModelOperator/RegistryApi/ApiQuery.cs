using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Primitives;

namespace ModelOperator.RegistryApi;

/// <summary>A question, read and judged; pure.</summary>
public sealed partial record ApiQuery
{
    private static readonly ApiValues Pages = ApiValues.Number(1, 500, 50);
    private static readonly ApiValues Orders = ApiValues.OneOf("asc", "desc");
    private static readonly ApiValues Space = ApiValues.Like(SpacePattern(), "a name of lower-case letters, digits and dashes, of at most 63 characters");

    private ApiQuery(ApiConditions sought) => Sought = sought;

    /// <summary>Conditions.</summary>
    public ApiConditions Sought { get; }

    /// <summary>The one namespace that is asked about; null for all.</summary>
    public string? Namespace { get; private init; }

    /// <summary>Rows of a page.</summary>
    public int Limit { get; private init; } = 50;

    /// <summary>Whether the order is turned round.</summary>
    public bool Descending { get; private init; }

    /// <summary>Where the page before ended.</summary>
    public ApiCursor? After { get; private init; }

    /// <summary>What cursors of this question carry.</summary>
    public string Mark { get; private init; } = "";

    /// <summary>Parameters that a route takes in its query, beside its filters, with what they do.</summary>
    /// <param name="route">Route.</param>
    public static IEnumerable<(string Name, string Description, ApiValues Values, bool Repeats)> ParametersOf(ApiRoute route)
    {
        if (route.Single)
            yield break;
        if (route.PathParameters.IsEmpty && route.Collection.Namespace is not null)
            yield return ("namespace", "One namespace; all when absent, which one must be allowed to list in the whole cluster.", Space, false);
        foreach (var filter in route.Collection.Filters)
            yield return (filter.Name, filter.Description, filter.Values, filter.Repeats);
        yield return ("order", "Direction of the stable order; asc when absent.", Orders, false);
        yield return ("limit", "Most items of a page.", Pages, false);
        yield return ("cursor", "Where the page before ended: its member next.", ApiValues.Cursor, false);
    }

    /// <summary>Values that a parameter of the path takes.</summary>
    /// <param name="parameter">Parameter.</param>
    public static ApiValues PathValues(string parameter) => parameter switch
    {
        "namespace" => Space,
        "name" => ApiFilters.ObjectName,
        _ => ApiValues.Text,
    };

    /// <summary>Reads a question; the first problem is told instead.</summary>
    /// <param name="route">Route.</param>
    /// <param name="path">Values of the path's parameters.</param>
    /// <param name="given">Parameters of the query.</param>
    public static (ApiQuery? Query, ApiProblem? Problem) Read(ApiRoute route, Func<string, string> path, IEnumerable<KeyValuePair<string, StringValues>> given)
    {
        foreach (var name in route.PathParameters)
        {
            if (!PathValues(name).Accepts(path(name)))
                return (null, ApiProblem.Invalid(name, path(name), PathValues(name).Allowed));
        }

        var values = given.ToDictionary(static pair => pair.Key, static pair => (IReadOnlyList<string>)[.. pair.Value.Select(static value => value ?? "")], StringComparer.Ordinal);
        if (Refusal(route, values) is { } problem)
            return (null, problem);
        var query = Question(route, path, values);
        if (!values.TryGetValue("cursor", out var cursor))
            return (query, null);
        return ApiCursor.Read(cursor[0], query.Mark, route.Collection.Keys.Length) is { } after
            ? (query with { After = after }, null)
            : (null, ApiProblem.Invalid("cursor", cursor[0], "the member next of an answer to the same question, with the same parameters but limit"));
    }

    private static ApiProblem? Refusal(ApiRoute route, Dictionary<string, IReadOnlyList<string>> values)
    {
        var known = ParametersOf(route).ToDictionary(static one => one.Name, StringComparer.Ordinal);
        foreach (var (name, all) in values.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            if (!known.TryGetValue(name, out var parameter))
                return ApiProblem.Invalid(name, all[0], known.Count == 0 ? "no parameters" : "parameters are " + string.Join(", ", known.Keys.Order(StringComparer.Ordinal)));
            var most = parameter.Repeats ? ApiFilter.MostValues : 1;
            if (all.Count > most)
                return ApiProblem.Invalid(name, string.Create(CultureInfo.InvariantCulture, $"{all.Count} values"), string.Create(CultureInfo.InvariantCulture, $"at most {most}"));
            if (name != "cursor" && all.FirstOrDefault(value => !parameter.Values.Accepts(value)) is { } wrong)
                return ApiProblem.Invalid(name, wrong, parameter.Values.Allowed);
            if (name == "cursor" && all[0].Length > parameter.Values.Longest)
                return ApiProblem.Invalid(name, all[0][..32] + "...", "the member next of an answer");
        }

        return null;
    }

    private static ApiQuery Question(ApiRoute route, Func<string, string> path, Dictionary<string, IReadOnlyList<string>> values)
    {
        var sought = new ApiConditions();
        if (route.Collection.Always is { } always)
            sought.Add(always);
        if (route.Where is { } where)
            sought.Add(route.PathParameters.Aggregate(where, (sql, name) => sql.Contains($"{{{name}}}", StringComparison.Ordinal) ? sql.Replace($"{{{name}}}", sought.Place(path(name)), StringComparison.Ordinal) : sql));
        var space = values.TryGetValue("namespace", out var named) ? named[0] : route.PathParameters.Contains("namespace") ? path("namespace") : null;
        if (named is not null)
            sought.Add($"{route.Collection.Namespace} = {sought.Place(named[0])}");
        if (!route.Single)
        {
            foreach (var filter in route.Collection.Filters)
            {
                if (values.GetValueOrDefault(filter.Name) is { } sent)
                    filter.Add(sought, sent);
                else if (filter.Fallback is { } fallback)
                    filter.Add(sought, [fallback]);
            }
        }

        return new(sought)
        {
            Namespace = space,
            Limit = values.TryGetValue("limit", out var limit) ? int.Parse(limit[0], CultureInfo.InvariantCulture) : 50,
            Descending = values.TryGetValue("order", out var order) && order[0] == "desc",
            Mark = ApiCursor.Mark(string.Join('\n', [
                .. route.PathParameters.Select(path), route.Path,
                .. values.Where(static pair => pair.Key is not ("limit" or "cursor")).OrderBy(static pair => pair.Key, StringComparer.Ordinal).SelectMany(static pair => pair.Value.Select(value => $"{pair.Key}={value}")),
            ])),
        };
    }

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\\z")]
    private static partial Regex SpacePattern();
}
