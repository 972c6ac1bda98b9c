namespace ModelOperator.Trainer.Learning;

/// <summary>Metrics of predictions against truth.</summary>
public static class Scores
{
    /// <summary>
    /// rmse = sqrt(mean((p-y)^2)); mae = mean(|p-y|); r2 = 1 - sum((p-y)^2)/sum((y-mean y)^2), absent when all truths are equal.
    /// </summary>
    public static IEnumerable<(string Name, double Value)> Regression(ReadOnlySpan<float> predictions, ReadOnlySpan<float> truths)
    {
        double squared = 0, absolute = 0, sum = 0, around = 0;
        for (var i = 0; i < truths.Length; i++)
        {
            var error = (double)predictions[i] - truths[i];
            squared += error * error;
            absolute += Math.Abs(error);
            sum += truths[i];
        }

        var mean = sum / truths.Length;
        foreach (var truth in truths)
            around += (truth - mean) * (truth - mean);
        List<(string, double)> scores = [("rmse", Math.Sqrt(squared / truths.Length)), ("mae", absolute / truths.Length)];
        if (around > 0)
            scores.Add(("r2", 1 - (squared / around)));
        return scores;
    }

    /// <summary>
    /// logloss (probabilities cut to 1e-7 … 1-1e-7), accuracy at 0.5, brier = mean((p-y)^2), and auc by rank sums (ties count half;
    /// absent when only one class is there).
    /// </summary>
    public static IEnumerable<(string Name, double Value)> Binary(ReadOnlySpan<float> predictions, ReadOnlySpan<float> truths)
    {
        double loss = 0, squared = 0;
        var right = 0;
        for (var i = 0; i < truths.Length; i++)
        {
            var probability = Math.Clamp(predictions[i], 1e-7, 1 - 1e-7);
            loss -= truths[i] > 0 ? Math.Log(probability) : Math.Log(1 - probability);
            squared += (predictions[i] - (double)truths[i]) * (predictions[i] - (double)truths[i]);
            right += predictions[i] >= 0.5f == truths[i] > 0 ? 1 : 0;
        }

        List<(string, double)> scores =
            [("logloss", loss / truths.Length), ("accuracy", (double)right / truths.Length), ("brier", squared / truths.Length)];
        if (Auc(predictions.ToArray(), truths.ToArray()) is { } auc)
            scores.Add(("auc", auc));
        return scores;
    }

    // Mann-Whitney: (rank sum of the positives - P(P+1)/2) / (P*N), ties sharing their mean rank.
    private static double? Auc(float[] predictions, float[] truths)
    {
        Array.Sort(predictions, truths);
        var positives = truths.LongCount(truth => truth > 0);
        var negatives = truths.Length - positives;
        double ranks = 0;
        for (int start = 0, end; start < truths.Length; start = end)
        {
            for (end = start; end < truths.Length && predictions[end] == predictions[start]; end++)
            {
            }

            for (var i = start; i < end; i++)
                ranks += truths[i] > 0 ? (start + 1 + end) / 2.0 : 0;
        }

        return positives == 0 || negatives == 0 ? null : (ranks - (positives * (positives + 1) / 2.0)) / ((double)positives * negatives);
    }
}
