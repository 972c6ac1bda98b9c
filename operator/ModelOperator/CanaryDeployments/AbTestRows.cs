namespace ModelOperator.CanaryDeployments;

/// <summary>What of a finding is worth a status write.</summary>
public static class AbTestRows
{
    /// <summary>The test with the finding's numbers, or as it was when they say nothing new. A winner is kept once found: the test may stop there.</summary>
    /// <param name="test">The test so far.</param>
    /// <param name="finding">What the look says.</param>
    /// <param name="look">The look.</param>
    /// <param name="now">The time.</param>
    /// <param name="mayWin">False while it is too early to decide.</param>
    public static AbTestStatus Noted(AbTestStatus test, AbTestFinding finding, AbTestLook look, DateTimeOffset now, bool mayWin)
    {
        var winner = mayWin ? finding.Winner : null;
        var rows = test.Metrics;
        var news = winner is not null || rows is null || rows.Count != finding.Rows.Length
            || rows.Zip(finding.Rows).Any(pair => pair.First.Verdict != pair.Second.Verdict || pair.First.Name != pair.Second.Name);
        // Counts are extrapolated: of an idle test they tremble without meaning anything.
        var moved = test.Arms.Zip(look.Arms).Any(pair => Math.Abs(pair.Second.Users - (pair.First.Users ?? 0)) > Math.Max(2, (pair.First.Users ?? 0) / 20))
            && now - (test.LastMeasuredAt ?? now) >= CanaryJudge.ProgressWrite;
        return news || moved
            ? test with
            {
                LastMeasuredAt = now,
                Winner = winner,
                Metrics = finding.Rows,
                Arms = [.. test.Arms.Zip(look.Arms, (arm, counts) => arm with { Users = (long)Math.Round(counts.Users) })],
            }
            : test;
    }
}
