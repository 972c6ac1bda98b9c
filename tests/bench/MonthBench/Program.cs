using System.Globalization;
using ModelOperator.CarbonBench;
using ModelOperator.MonthBench;

using var housing = new Housing(args[1]);
Trace[] traces = [Trace.Read(args[0], "CISO", "US-CAL-CISO-2022-hourly.csv"), Trace.Read(args[0], "ES", "ES-2022-hourly.csv")];
var verdicts = new List<double>();
Func<Bill, double>[] columns = [static b => b.Grams, static b => b.KilowattHours, static b => b.Cost, static b => b.Wasted];
foreach (var trace in traces)
{
    var month = new Month(trace, housing);
    var steps = Practice.Steps.Select(p => (p.Name, Month: month.Play(p))).ToList();
    var (naive, rmse) = steps[0].Month;
    Console.WriteLine($"{trace.Zone + ", September 2022",-30}     kg CO2e     kWh     USD   GPU h  wasted h   best RMSE   of naive, %: CO2e  energy    cost  wasted");
    foreach (var (i, (name, (bill, reached))) in steps.Index())
    {
        var before = steps[Math.Max(0, i - 1)].Month.Bill;
        var change = string.Concat(columns.Select(c => Text(100 * (c(bill) - c(before)) / c(naive), "+0.0;-0.0;0").PadLeft(8)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{(i == 0 ? name : "+ " + name),-30}{bill.Grams / 1000,12:0.0}{bill.KilowattHours,8:0}{bill.Cost,8:0}{bill.GpuHours,8:0}{bill.Wasted,10:0}{reached,12:0.0000}           {(i == 0 ? "" : change)}"));
    }

    var (ours, best) = steps[^1].Month;
    Console.WriteLine();
    verdicts.AddRange([.. columns.Select(c => 100 * (1 - (c(ours) / c(naive)))), 100 * ((best / rmse) - 1)]);
}

// For the script that prints the verdicts.
Console.WriteLine(string.Join(' ', verdicts.Select(static value => Text(value, "0.0"))));

static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
