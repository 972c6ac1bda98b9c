using System.Globalization;
using ModelOperator.AbTestBench;

var repeats = args.Length > 0 && int.TryParse(args[0], CultureInfo.InvariantCulture, out var number) && number >= 100 ? number : 2000;
Setting[] settings =
[
    new("conversion 10 %", 2, 50, 0.1),
    new("conversion 10 %, three arms", 3, 50, 0.1),
    new("conversion 2 %", 2, 200, 0.02),
    new("conversion 50 %", 2, 20, 0.5),
    new("value, exponential, 25 % buy", 2, 50, 0.25, random => -20 * Math.Log(1 - random.NextDouble())) { Mean = 20 },
    new("value, uniform, all buy", 2, 50, 1, random => random.NextDouble()) { Mean = 0.5 },
];
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"alpha {Play.Alpha}, {Play.Looks} looks, {repeats} experiments of equal arms a row; naive: a z-test at every look"));
Console.WriteLine("setting                         false winners   effects' bounds hold   arms' bounds hold   naive finds a difference");
var (worst, least) = (0.0, 1.0);
for (var s = 0; s < settings.Length; s++)
{
    var outcomes = new Outcome[repeats];
    Parallel.For(0, repeats, i => outcomes[i] = Play.Once(settings[s], (s * 1_000_003) + i));
    double Share(Func<Outcome, bool> which) => outcomes.Count(which) / (double)repeats;
    var (winners, effects, arms, naive) = (Share(o => o.Winner), Share(o => !o.Finding), Share(o => !o.Missed), Share(o => o.Naive));
    worst = Math.Max(worst, winners);
    least = Math.Min(least, Math.Min(effects, arms));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{settings[s].Name,-30}{winners,14:P2}{effects,20:P2}{arms,21:P2}{naive,20:P0}"));
}

// For the script that prints the verdicts.
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"worst {worst * 100:F2} least {least * 100:F2}"));
