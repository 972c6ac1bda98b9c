namespace ModelOperator.ModelVersions;

/// <summary>Rules for alias names.</summary>
public static class ModelAliasName
{
    /// <summary>Longest alias.</summary>
    public const int MaxLength = 50;

    /// <summary>Says why a name cannot be an alias, or null when it can.</summary>
    public static string? Refusal(string alias)
    {
        if (IsReserved(alias))
            return $"the alias '{alias}' is reserved: latest and v<number> have a fixed meaning in every registry";
        return IsWellFormed(alias)
            ? null
            : $"the alias '{alias}' must be 1 to {MaxLength} lower-case letters, digits and dashes, beginning with a letter and not ending with a dash";
    }

    /// <summary><c>latest</c>, and <c>v</c> with a number.</summary>
    public static bool IsReserved(string alias) =>
        alias.Equals("latest", StringComparison.OrdinalIgnoreCase)
        || (alias.Length > 1 && alias[0] is 'v' or 'V' && alias.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0);

    private static bool IsWellFormed(string alias) =>
        alias.Length is > 0 and <= MaxLength
        && char.IsAsciiLetterLower(alias[0])
        && alias[^1] != '-'
        && alias.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
