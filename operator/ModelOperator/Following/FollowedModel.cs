using System.Text.RegularExpressions;

namespace ModelOperator.Following;

/// <summary>A model and the alias whose version a model server is given.</summary>
/// <param name="Model">Name of the Model.</param>
/// <param name="Alias">An alias, <c>latest</c> for the highest Ready version, or <c>v</c> and the number of one.</param>
public sealed partial record FollowedModel(string Model, string Alias)
{
    /// <summary>Name of the variable with the list; the model server reads it too.</summary>
    public const string Variable = "MODELOP_MODELS";

    /// <summary>Most models of one list.</summary>
    public const int Most = 16;

    /// <summary>Reads <c>diamonds@champion,houses@latest</c>.</summary>
    /// <exception cref="FormatException">The list is missing or malformed; the message names what is allowed.</exception>
    public static IReadOnlyList<FollowedModel> Parse(string? list)
    {
        if (string.IsNullOrEmpty(list))
            throw new FormatException($"{Variable} is not set; say which models to follow, for example diamonds@champion,houses@latest");
        var all = list.Split(',', StringSplitOptions.TrimEntries).Select(One).ToList();
        return all.Count <= Most && all.DistinctBy(static followed => followed.Model, StringComparer.Ordinal).Count() == all.Count
            ? all
            : throw new FormatException($"{Variable} is '{list}', allowed are up to {Most} models, each once");
    }

    /// <inheritdoc />
    public override string ToString() => $"{Model}@{Alias}";

    private static FollowedModel One(string text) => Pattern().Match(text) is { Success: true } match
        ? new FollowedModel(match.Groups[1].Value, match.Groups[2].Value)
        : throw new FormatException($"{Variable} has '{text}', allowed is <model>@<alias> of small letters, digits and '-', at most 50 each");

    [GeneratedRegex("^([a-z0-9](?:[-a-z0-9]{0,48}[a-z0-9])?)@([a-z](?:[-a-z0-9]{0,48}[a-z0-9])?)\\z")]
    private static partial Regex Pattern();
}
