using System.Globalization;
using ModelOperator.RollbackBench;

var repeats = args.Length > 0 && int.TryParse(args[0], CultureInfo.InvariantCulture, out var number) && number >= 100 ? number : 2000;
double[] ratios = [1.5, 2, 3, 5];
var simulation = new Simulation(repeats);
var (worst, late, lateTuned, settings) = (0.0, 0, 0, 0);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"stable errors {Simulation.BaseRate:P1}, {Simulation.Windows} looks, {repeats} rollouts a cell; threshold: error rate of a window above {Simulation.Threshold:P0}, failureLimit 0 (Argo); counter: {Simulation.FailedChecks} such windows (Flagger); tuned: the fewest failures with at most 1 % false alarms on these very streams, known in hindsight; sequential: tolerance 0.1, exact: 0"));
Console.WriteLine("requests canary/stable  rule           false rollbacks   missed, median look and median requests of the canary to the decision at 1.5x, 2x, 3x, 5x");
foreach (var requests in new[] { 20, 50, 200, 1000 })
    foreach (var share in new[] { 5, 20, 50 })
    {
        var result = simulation.Play(new(requests, share), ratios);
        foreach (var row in result.Rows)
        {
            var name = row.Rule switch
            {
                "threshold, tuned" => $"{row.Rule} ({result.TunedLimit})",
                "counter, tuned" => $"{row.Rule} ({result.TunedChecks})",
                _ => row.Rule,
            };
            var cells = string.Concat(row.Cells.Skip(1).Select(cell => string.Create(CultureInfo.InvariantCulture, $"{1 - cell.Found,8:P1}{Look(cell),4}{Requests(cell, requests),7}")));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{requests,8} {share,3}/{100 - share,-3}        {name,-21}{row.Cells[0].Found,10:P2}                 {cells}"));
        }

        settings++;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{settings} of 12 settings"));
        worst = Math.Max(worst, Math.Max(Healthy(result.Rows[0]), Healthy(result.Rows[1])));
        // A rule that rolls back good canaries finds bad ones at once; only rules with at most 1 % false alarms are peers.
        late += result.Rows[2..4].Any(row => Healthy(row) <= 0.01 && AtTwice(row) < AtTwice(result.Rows[0])) ? 1 : 0;
        lateTuned += result.Rows[4..].Any(row => AtTwice(row) < AtTwice(result.Rows[1])) ? 1 : 0;
    }

// A/A: one row per rate, one column per number of requests of either arm between two looks.
var arms = new EqualArms(repeats);
var (winners, oneLook) = (0.0, 1.0);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{repeats} pairs of equal arms, {Simulation.Windows} looks, alpha {EqualArms.Alpha}: false winners over all looks, and how often Newcombe's 95 % interval covers at the last look"));
Console.WriteLine("rate        requests 20         200       1,000");
foreach (var rate in new[] { 0.005, 0.05, 0.5 })
{
    var cells = new[] { 20, 200, 1000 }.Select(requests => arms.Play(requests, rate)).ToArray();
    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"equal arms at {rate}"));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rate,-10}") + string.Concat(cells.Select(cell => string.Create(CultureInfo.InvariantCulture, $"{cell.FalseWinners,8:P2} {cell.OneLookCovers,6:P1}"))));
    (winners, oneLook) = (Math.Max(winners, cells.Max(cell => cell.FalseWinners)), Math.Min(oneLook, cells.Min(cell => cell.OneLookCovers)));
}

// For the script that prints the verdicts.
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"worst-false-alarms {worst * 100:F2} later {late} later-than-tuned {lateTuned} of {settings} false-winners {winners * 100:F2} one-look {oneLook * 100:F2}"));

static double Healthy(Row row) => row.Cells[0].Found;

static double AtTwice(Row row) => row.Cells[2].Median;

static string Requests(Cell cell, int requests) => cell.Median > Simulation.Windows ? "-" : (cell.Median * requests).ToString("F0", CultureInfo.InvariantCulture);

static string Look(Cell cell) => cell.Median > Simulation.Windows ? "-" : cell.Median.ToString("F0", CultureInfo.InvariantCulture);
