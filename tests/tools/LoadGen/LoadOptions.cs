using System.Globalization;

namespace ModelOperator.LoadGen;

/// <summary>Arguments of the program.</summary>
/// <param name="Url">Base address of the gateway.</param>
/// <param name="Csv">Table whose rows are sent.</param>
/// <param name="Target">Column that holds the truth; it is not sent.</param>
/// <param name="Rate">Predictions per second.</param>
/// <param name="Duration">How long; until SIGTERM when zero.</param>
/// <param name="TruthDelay">How long after a prediction its truth is posted.</param>
/// <param name="Users">Users in turn, each with header x-user-id; none when zero.</param>
internal sealed record LoadOptions(Uri Url, string Csv, string Target, double Rate, TimeSpan Duration, TimeSpan TruthDelay, int Users)
{
    internal const string Usage = """
        usage: loadgen --url URL --csv FILE --target COLUMN [--rate PER-SECOND] [--seconds N] [--truth-delay SECONDS] [--users N]
          posts rows of FILE to URL/predict and their truth to URL/feedback, one line of progress every five seconds on
          standard error; ends after N seconds or at SIGTERM, with one JSON object of counts per version on standard output;
          with users: header x-user-id, and a purchase to URL/events of who was told a price within a tenth of the truth
        """;

    internal static LoadOptions Parse(string[] args)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Length; i += 2)
        {
            if (args[i] is not ("--url" or "--csv" or "--target" or "--rate" or "--seconds" or "--truth-delay" or "--users"))
                throw new ArgumentException($"unknown argument '{args[i]}'");
            given[args[i]] = i + 1 < args.Length ? args[i + 1] : throw new ArgumentException($"{args[i]} needs a value");
        }

        string Need(string name) => given.TryGetValue(name, out var value) ? value : throw new ArgumentException($"{name} is missing");
        double Number(string name, double fallback, double most) => !given.TryGetValue(name, out var text)
            ? fallback
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value > 0 && value <= most
                ? value
                : throw new ArgumentException($"{name} is '{text}', allowed is a number above 0 and at most {most}");
        return new LoadOptions(
            Uri.TryCreate(Need("--url"), UriKind.Absolute, out var url) ? url : throw new ArgumentException($"--url is '{given["--url"]}', no URL"),
            File.Exists(Need("--csv")) ? given["--csv"] : throw new ArgumentException($"--csv: there is no file {given["--csv"]}"),
            Need("--target"),
            Number("--rate", 50, 10_000),
            TimeSpan.FromSeconds(Number("--seconds", 0, 86_400)),
            TimeSpan.FromSeconds(Number("--truth-delay", 0, 3_600)),
            (int)Number("--users", 0, 1_000_000));
    }
}
