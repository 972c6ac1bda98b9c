namespace ModelOperator.Api;

/// <summary>
/// A pattern of a CRD's schema ends in <c>$</c>: to the API server (RE2) that is the end of the text, to .NET also the place before a last line feed. Where .NET checks by the same
/// pattern it goes on with this; patterns of its own end in <c>\z</c>, which not every reader of a schema knows.
/// </summary>
public static class RegexEnds
{
    /// <summary>Appended to a pattern that ends in <c>$</c>: no line feed follows.</summary>
    public const string Strictly = @"(?!\n)";
}
