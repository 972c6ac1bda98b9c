namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>Judges label selectors of the form <c>key=value,key=value</c>; pure.</summary>
internal static class LabelEqualities
{
    /// <summary>True when every pair is among the labels; false also for a selector of another form, which only the server judges.</summary>
    /// <param name="selector">Label selector.</param>
    /// <param name="labels">Labels of an object.</param>
    public static bool Holds(string selector, IReadOnlyDictionary<string, string>? labels)
    {
        foreach (var range in selector.AsSpan().Split(','))
        {
            var term = selector.AsSpan(range);
            var sign = term.IndexOf('=');
            if (sign <= 0 || term[sign - 1] == '!' || term[(sign + 1)..].Contains('='))
                return false;
            if (labels?.TryGetValue(term[..sign].Trim().ToString(), out var value) is not true || !term[(sign + 1)..].Trim().SequenceEqual(value))
                return false;
        }

        return true;
    }
}
