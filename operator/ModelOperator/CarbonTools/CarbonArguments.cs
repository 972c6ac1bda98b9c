using System.Globalization;

namespace ModelOperator.CarbonTools;

/// <summary>Words and --name value pairs of a command line.</summary>
internal sealed class CarbonArguments
{
    private readonly Dictionary<string, string> options = new(StringComparer.Ordinal);

    /// <summary>Reads a command line.</summary>
    /// <param name="args">What follows the sub-command.</param>
    /// <param name="known">Names of options with a value.</param>
    /// <param name="flags">Names of options without one.</param>
    /// <exception cref="FormatException">An option is unknown or lacks its value.</exception>
    public CarbonArguments(IReadOnlyList<string> args, string[] known, string[] flags)
    {
        var words = new List<string>();
        for (var i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
                words.Add(args[i]);
            else if (flags.Contains(args[i]))
                options[args[i]] = "";
            else if (known.Contains(args[i]) && i + 1 < args.Count)
                options[args[i]] = args[++i];
            else
                throw new FormatException(known.Contains(args[i]) ? $"{args[i]} needs a value" : $"{args[i]} is unknown; known are {string.Join(", ", known.Concat(flags))}");
        }

        Words = words;
    }

    /// <summary>What is no option.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>Whether a flag is set.</summary>
    public bool Has(string name) => options.ContainsKey(name);

    /// <summary>Value of an option, or null.</summary>
    public string? Find(string name) => options.GetValueOrDefault(name);

    /// <summary>A number of hours.</summary>
    /// <exception cref="FormatException">Absent, or no number of hours.</exception>
    public TimeSpan Hours(string name) =>
        double.TryParse(Find(name), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var hours) && hours is > 0 and <= 24 * 30
            ? TimeSpan.FromHours(hours)
            : throw new FormatException($"{name} is '{Find(name)}'; it must be a number of hours above 0, at most 720");
}
