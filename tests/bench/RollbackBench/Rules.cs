using ModelOperator.Analysis;

namespace ModelOperator.RollbackBench;

/// <summary>The rules: each returns the window (from 1) at which it rolls back, or null when it never does.</summary>
internal static class Rules
{
    /// <summary>The operator's own: ErrorRate at its default alpha of 1 %.</summary>
    public static int? Sequential(Stream stream, double tolerance)
    {
        var test = new SequentialBinomial(0.01, tolerance, 100);
        double errors = 0, stable = 0;
        for (var i = 1; i <= stream.Errors.Length; i++)
        {
            errors += stream.Errors[i - 1];
            stable += stream.StableErrors[i - 1];
            if (test.LogEvidence(new(i * (double)stream.Requests, errors), new(i * (double)stream.StableRequests, stable)) >= -Math.Log(test.Alpha))
                return i;
        }

        return null;
    }

    /// <summary>Argo Rollouts: a measurement fails when the error rate of the window is above the threshold; more failures than the limit end it.</summary>
    public static int? Threshold(Stream stream, double threshold, int failureLimit) => Counted(stream, threshold, failureLimit + 1);

    /// <summary>Flagger: failed checks are counted and never forgiven; at the threshold it rolls back, one tick later.</summary>
    public static int? Counter(Stream stream, double threshold, int failedChecks) =>
        Counted(stream, threshold, failedChecks) is { } window && window < stream.Errors.Length ? window + 1 : null;

    private static int? Counted(Stream stream, double threshold, int failures)
    {
        var failed = 0;
        for (var i = 1; i <= stream.Errors.Length; i++)
            if (stream.Errors[i - 1] > threshold * stream.Requests && ++failed >= failures)
                return i;
        return null;
    }
}
