using System.Globalization;
using ModelOperator.CarbonBench;

var folder = args[0];
Trace[] traces = [Trace.Read(folder, "CISO", "US-CAL-CISO-2022-hourly.csv"), Trace.Read(folder, "ES", "ES-2022-hourly.csv")];
var (from, to) = (Trace.July, traces[0].Hours.Length);
if (args is [_, "fit"])
{
    var (weights, phi) = Fit.Run(traces);
    Console.WriteLine($"weights {string.Join(' ', weights.Select(Exact))}; phi {string.Join(' ', phi.Select(Exact))}");
    (from, to) = (Trace.February, Trace.July);
}

Job[] jobs = [new(6, 24), new(12, 24), new(24, 24), new(24, 48), new(168, 168)];
var scores = new Dictionary<string, Score>();
Console.WriteLine("saving against immediate start, %       contiguous                                interruptible");
Console.WriteLine("zone  work+slack h    oracle  persist.    ours  of oracle  worst month     oracle  persist.    ours  of oracle  worst month");
foreach (var trace in traces)
{
    foreach (var job in jobs)
    {
        var line = $"{trace.Zone,-5} {job,-12}";
        foreach (var interruptible in (bool[])[false, true])
        {
            var score = Score.Play(trace, job, interruptible, from, to);
            scores[$"{trace.Zone} {job} {(interruptible ? "interruptible" : "contiguous")}"] = score;
            line += $"{Text(score.Oracle),10}{Text(score.Persistence),10}{Text(score.Ours),8}{Text(score.Share, "0.0"),9} %{Text(score.WorstMonth),12} ";
        }

        Console.WriteLine(line);
    }
}

// For the script that prints the verdicts.
var spain = scores["ES 12+24 interruptible"];
Console.WriteLine(string.Join(' ', new[]
{
    scores["CISO 12+24 interruptible"].Share, spain.Share - spain.PersistenceShare, spain.Share, scores["CISO 24+24 contiguous"].Share, scores.Values.Min(static s => s.WorstMonth),
}.Select(static value => Text(value))));

static string Text(double value, string format = "0.00") => value.ToString(format, CultureInfo.InvariantCulture);

static string Exact(double value) => Text(value, "0.0000");
