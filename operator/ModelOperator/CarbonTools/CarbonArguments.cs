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

    /// <summary>Text of the one file that is named, or of standard input for -.</summary>
    /// <exception cref="FormatException">None is named, or several.</exception>
    public async Task<string> ReadAsync(TextReader input, CancellationToken cancellationToken)
    {
        if (Words is not [var file])
            throw new FormatException("name one file, or - for standard input");
        return file == "-" ? await input.ReadToEndAsync(cancellationToken) : await File.ReadAllTextAsync(file, cancellationToken);
    }

    /// <summary>A number; null when the option is absent.</summary>
    /// <exception cref="FormatException">No number, or outside the bounds.</exception>
    public double? Number(string name, double least, double most) => Find(name) is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{name} is '{text}'; it must be a number from {least} to {most}"));

    /// <summary>A whole number that may be large; null when the option is absent.</summary>
    /// <exception cref="FormatException">No whole number.</exception>
    public ulong? Count(string name) => Find(name) is not { } text ? null
        : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : throw new FormatException($"{name} is '{text}'; it must be a whole number");

    /// <summary>A time; null when the option is absent.</summary>
    /// <exception cref="FormatException">No time.</exception>
    public DateTimeOffset? Time(string name) => Find(name) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : throw new FormatException($"{name} is '{text}'; write 2026-11-21T14:00:00Z");

    /// <summary>A number of hours.</summary>
    /// <exception cref="FormatException">Absent, or no number of hours.</exception>
    public TimeSpan Hours(string name) =>
        double.TryParse(Find(name), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var hours) && hours is > 0 and <= 24 * 30
            ? TimeSpan.FromHours(hours)
            : throw new FormatException($"{name} is '{Find(name)}'; it must be a number of hours above 0, at most 720");
}
