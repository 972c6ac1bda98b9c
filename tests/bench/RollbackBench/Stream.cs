namespace ModelOperator.RollbackBench;

/// <summary>The windows of one rollout: what each rule sees, the same for all of them.</summary>
/// <param name="Requests">Requests of the canary in a window.</param>
/// <param name="StableRequests">Requests of the stable version in a window.</param>
/// <param name="Errors">Errors of the canary, window by window.</param>
/// <param name="StableErrors">Errors of the stable version, window by window.</param>
internal sealed record Stream(int Requests, int StableRequests, int[] Errors, int[] StableErrors)
{
    public static Stream Draw(Random random, Setting setting, double rate, double baseRate, int windows)
    {
        var stable = (int)Math.Round(setting.Requests * (100.0 - setting.Share) / setting.Share);
        var (errors, stableErrors) = (new int[windows], new int[windows]);
        for (var i = 0; i < windows; i++)
        {
            errors[i] = Binomial(random, setting.Requests, rate);
            stableErrors[i] = Binomial(random, stable, baseRate);
        }

        return new(setting.Requests, stable, errors, stableErrors);
    }

    /// <summary>Counts successes by jumping from one to the next (geometric gaps).</summary>
    private static int Binomial(Random random, int n, double p)
    {
        var perFailure = Math.Log(1 - p);
        var successes = 0;
        for (var at = 0L; ; successes++)
        {
            at += 1 + (long)(Math.Log(1 - random.NextDouble()) / perFailure);
            if (at > n)
                return successes;
        }
    }
}
