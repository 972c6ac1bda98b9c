using ModelOperator.TestReport;

if (args is not [var folder])
{
    await Console.Error.WriteLineAsync("usage: TestReport <results folder>   (reads *.trx, *.tap and coverage.cobertura.xml below it)");
    return 2;
}

var totals = TrxFile.ReadAll(folder) + TapFile.ReadAll(folder);
foreach (var failure in totals.Failures)
    Console.WriteLine($"FAILED  {failure}");
foreach (var skip in totals.SkippedTests)
    Console.WriteLine($"skipped {skip}");
Coverage.ReadAll(folder).Print(Console.Out);
Console.WriteLine();
Console.WriteLine($"{totals.Passed} passed, {totals.Failed} failed, {totals.Skipped} skipped");
return totals.Failed > 0 || totals.Passed == 0 ? 1 : 0;
