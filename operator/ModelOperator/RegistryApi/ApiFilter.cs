namespace ModelOperator.RegistryApi;

/// <summary>A query parameter that narrows a collection.</summary>
/// <param name="Name">Name of the parameter.</param>
/// <param name="Description">What it does.</param>
/// <param name="Values">Values that it takes.</param>
/// <param name="Add">Adds the condition for the values given; all have been accepted.</param>
/// <param name="Repeats">Whether it may be given up to eight times; all must hold.</param>
public sealed record ApiFilter(string Name, string Description, ApiValues Values, Action<ApiConditions, IReadOnlyList<string>> Add, bool Repeats = false)
{
    /// <summary>The value that holds where none is given; null for no condition.</summary>
    public string? Fallback { get; init; }

    /// <summary>Most values of one parameter.</summary>
    public const int MostValues = 8;

    /// <summary>The value must be that of a column.</summary>
    /// <param name="name">Name of the parameter.</param>
    /// <param name="sql">Column; a constant of this program.</param>
    /// <param name="description">What it does.</param>
    /// <param name="values">Values; any text when null.</param>
    public static ApiFilter Equal(string name, string sql, string description, ApiValues? values = null) =>
        new(name, description, values ?? ApiValues.Text, (sought, given) => sought.Add($"{sql} = {sought.Place(given[0])}"));

    /// <summary>The value must be a mark of a version, and be contained in a JSON column, too: marks are hashes.</summary>
    /// <param name="name">Name of the parameter, and of the kind of mark.</param>
    /// <param name="sql">Column; a constant of this program.</param>
    /// <param name="document">The document to contain, from the value.</param>
    /// <param name="description">What it does.</param>
    /// <param name="values">Values; any text when null.</param>
    public static ApiFilter Marked(string name, string sql, Func<string, string> document, string description, ApiValues? values = null) =>
        new(name, description, values ?? ApiValues.Text, (sought, given) =>
        {
            foreach (var one in given)
            {
                sought.Join("version_marks", row =>
                    $"{row}.mark = hashtextextended({sought.Place($"{name}:{one}")}, 0) AND {row}.namespace = t.namespace AND {row}.model = t.model AND {row}.number = t.number");
                // Inside a CASE the planner takes it for what it is, a second look, and not for a condition that leaves one row in a hundred.
                sought.Add($"CASE WHEN {sql} @> {sought.Place(document(one))}::jsonb THEN true ELSE false END");
            }
        }, Repeats: true);

    /// <summary>The value must be contained in a JSON column under a path of members.</summary>
    /// <param name="name">Name of the parameter.</param>
    /// <param name="sql">Column; a constant of this program.</param>
    /// <param name="document">The document to contain, from the value.</param>
    /// <param name="description">What it does.</param>
    /// <param name="values">Values; any text when null.</param>
    public static ApiFilter Contains(string name, string sql, Func<string, string> document, string description, ApiValues? values = null) =>
        new(name, description, values ?? ApiValues.Text, (sought, given) =>
        {
            foreach (var one in given)
                sought.Add($"{sql} @> {sought.Place(document(one))}::jsonb");
        }, Repeats: true);
}
