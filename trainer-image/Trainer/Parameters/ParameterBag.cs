using System.Globalization;

namespace ModelOperator.Trainer.Parameters;

/// <summary>Reads typed parameters; every complaint names the parameter, its value and what is allowed.</summary>
internal sealed class ParameterBag
{
    private readonly Dictionary<string, (string Name, string Value)> _values = new(StringComparer.Ordinal);
    private readonly List<string> _asked = [];

    internal ParameterBag(IReadOnlyDictionary<string, string> parameters)
    {
        foreach (var (name, value) in parameters)
        {
            if (!_values.TryAdd(ParameterSource.Canonical(name), (name, value.Trim())))
                throw TrainerException.Usage($"parameter '{name}' is given twice (upper and lower case, '_' and '-' do not count)");
        }
    }

    internal string Text(string name) =>
        Take(name) is { Value.Length: > 0 } taken ? taken.Value : throw TrainerException.Usage($"parameter '{name}' is missing");

    internal string? OptionalText(string name) => Take(name) is { Value.Length: > 0 } taken ? taken.Value : null;

    internal int Integer(string name, int fallback, int least, int most)
    {
        if (Take(name) is not { } taken)
            return fallback;
        return int.TryParse(taken.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw Malformed(name, taken.Value, string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"));
    }

    /// <param name="name">The parameter.</param>
    /// <param name="fallback">Its value when it is not given.</param>
    /// <param name="least">Lower bound.</param>
    /// <param name="most">Upper bound, allowed itself.</param>
    /// <param name="aboveLeast">Whether the lower bound itself is not allowed.</param>
    internal double Number(string name, double fallback, double least, double most, bool aboveLeast = false)
    {
        if (Take(name) is not { } taken)
            return fallback;
        var parsed = double.TryParse(taken.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value);
        return parsed && value <= most && (aboveLeast ? value > least : value >= least)
            ? value
            : throw Malformed(name, taken.Value, string.Create(
                CultureInfo.InvariantCulture, $"a number {(aboveLeast ? "above" : "from")} {least} {(aboveLeast ? "and at most" : "to")} {most}"));
    }

    /// <summary>An amount of memory as Kubernetes writes it; null when it is not given.</summary>
    internal long? Bytes(string name)
    {
        if (Take(name) is not { } taken)
            return null;
        var digits = taken.Value.TrimEnd([.. "kKMGi"]);
        long unit = taken.Value[digits.Length..] switch { "" => 1, "k" => 1000, "M" => 1_000_000, "G" => 1_000_000_000, "Ki" => 1 << 10, "Mi" => 1 << 20, "Gi" => 1 << 30, _ => 0 };
        return unit > 0 && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var amount) && amount > 0
            ? amount * unit
            : throw Malformed(name, taken.Value, "a whole number of bytes from 1, or of k, M, G, Ki, Mi or Gi, as 64Mi");
    }

    internal bool Boolean(string name) => Take(name) is { } taken
        && (bool.TryParse(taken.Value, out var value) ? value : throw Malformed(name, taken.Value, "true or false"));

    internal T Choice<T>(string name, T fallback) where T : struct, Enum
    {
        if (Take(name) is not { } taken)
            return fallback;
        foreach (var choice in Enum.GetValues<T>())
        {
            if (string.Equals(choice.ToString(), taken.Value, StringComparison.OrdinalIgnoreCase))
                return choice;
        }

        throw Malformed(name, taken.Value, "one of " + string.Join(", ", Enum.GetNames<T>()));
    }

    internal IReadOnlyList<string> Names(string name)
    {
        var names = Take(name) is { } taken
            ? taken.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [];
        var twice = names.GroupBy(value => value, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        return twice is null ? names : throw TrainerException.Usage($"parameter '{name}' names column '{twice.Key}' twice");
    }

    /// <summary>Complains about parameters that mean nothing with others that are given.</summary>
    internal void Refuse(string condition, params ReadOnlySpan<string> names)
    {
        _asked.AddRange(names);
        foreach (var name in names)
        {
            if (_values.TryGetValue(ParameterSource.Canonical(name), out var given))
                throw Malformed(name, given.Value, "no value " + condition);
        }
    }

    /// <summary>Complains about parameters that nothing asked for.</summary>
    internal void Finish()
    {
        if (_values.Count == 0)
            return;
        var (name, value) = _values.Values.First();
        throw TrainerException.Usage($"unknown parameter '{name}' (value '{value}'){NearestName.Asked(name, _asked)} known are {string.Join(", ", _asked.Order(StringComparer.Ordinal))}");
    }

    private (string Name, string Value)? Take(string name)
    {
        _asked.Add(name);
        return _values.Remove(ParameterSource.Canonical(name), out var taken) ? taken : null;
    }

    /// <summary>A value as it is read back.</summary>
    internal static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    internal static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    internal static TrainerException Malformed(string name, string value, string allowed) =>
        TrainerException.Usage($"parameter '{name}' is '{value}', allowed is {allowed}");
}
