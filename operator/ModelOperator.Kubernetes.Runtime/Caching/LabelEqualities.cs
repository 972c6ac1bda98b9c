namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>Judges label selectors of the form <c>key=value,key</c>; pure.</summary>
internal static class LabelEqualities
{
    /// <summary>True when every pair and key is among the labels, false when one is not, null for a selector of another form, which only the server judges.</summary>
    /// <param name="selector">Label selector.</param>
    /// <param name="labels">Labels of an object.</param>
    public static bool? Holds(string selector, IReadOnlyDictionary<string, string>? labels)
    {
        var holds = true;
        foreach (var range in selector.AsSpan().Split(','))
        {
            var term = selector.AsSpan(range).Trim();
            var sign = term.IndexOf('=');
            var key = sign < 0 ? term : term[..sign];
            var wanted = sign < 0 ? [] : term[(sign + 1)..];
            if (key.IsEmpty || key.ContainsAny("! ()") || wanted.Contains('='))
                return null;
            holds &= labels?.TryGetValue(key.ToString(), out var value) is true && (sign < 0 || wanted.SequenceEqual(value));
        }

        return holds;
    }
}
