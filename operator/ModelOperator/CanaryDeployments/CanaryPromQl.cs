using System.Globalization;

namespace ModelOperator.CanaryDeployments;

/// <summary>What can be said about PromQL without asking Prometheus: brackets that do not match and texts that do not end. Prometheus says the rest.</summary>
internal static class CanaryPromQl
{
    private const string Open = "([{";
    private const string Close = ")]}";

    /// <summary>The first problem, with its column; null when there is none.</summary>
    public static string? Problem(string query)
    {
        Stack<int> brackets = new();
        for (var at = 0; at < query.Length; at++)
        {
            if (query[at] == '#')
                at = query.IndexOf('\n', at) is >= 0 and var end ? end : query.Length;
            else if (query[at] is '"' or '\'' or '`')
            {
                var start = at;
                at = EndOfText(query, at);
                if (at < 0)
                    return Text($"column {start + 1}: the text that begins here has no end.");
            }
            else if (Open.Contains(query[at], StringComparison.Ordinal))
                brackets.Push(at);
            else if (Close.IndexOf(query[at], StringComparison.Ordinal) is >= 0 and var kind && (!brackets.TryPop(out var open) || Open.IndexOf(query[open], StringComparison.Ordinal) != kind))
                return Text($"column {at + 1}: {query[at]} closes nothing.");
        }

        return brackets.TryPeek(out var last) ? Text($"column {last + 1}: {query[last]} is not closed.") : null;
    }

    private static int EndOfText(string query, int at)
    {
        for (var i = at + 1; i < query.Length; i++)
        {
            if (query[i] == query[at])
                return i;
            if (query[i] == '\\' && query[at] != '`')
                i++;
        }

        return -1;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
