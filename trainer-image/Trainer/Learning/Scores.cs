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
    /// logloss (probabilities cut to 1e-7 … 1-1e-7), accuracy and f1 = 2TP/(2TP+FP+FN) at 0.5 (absent when nothing is or is taken for the second class),
    /// brier = mean((p-y)^2), and auc by rank sums (ties count half; absent when only one class is there).
    /// </summary>
    public static IEnumerable<(string Name, double Value)> Binary(ReadOnlySpan<float> predictions, ReadOnlySpan<float> truths)
    {
        double loss = 0, squared = 0;
        int right = 0, both = 0, either = 0;
        for (var i = 0; i < truths.Length; i++)
        {
            var probability = Math.Clamp(predictions[i], 1e-7, 1 - 1e-7);
            loss -= truths[i] > 0 ? Math.Log(probability) : Math.Log(1 - probability);
            squared += (predictions[i] - (double)truths[i]) * (predictions[i] - (double)truths[i]);
            var (taken, positive) = (predictions[i] >= 0.5f, truths[i] > 0);
            right += taken == positive ? 1 : 0;
            both += taken && positive ? 1 : 0;
            either += (taken ? 1 : 0) + (positive ? 1 : 0);
        }

        List<(string, double)> scores =
            [("logloss", loss / truths.Length), ("accuracy", (double)right / truths.Length), ("brier", squared / truths.Length)];
        if (either > 0)
            scores.Add(("f1", 2.0 * both / either));
        if (Auc(predictions.ToArray(), truths.ToArray()) is { } auc)
            scores.Add(("auc", auc));
        return scores;
    }

    /// <summary>
    /// logloss and accuracy of the most probable class; f1 and auc as the plain means over the classes that have one, each class against the others.
    /// </summary>
    /// <param name="probabilities">Of each row and class, row by row.</param>
    /// <param name="truths">Positions of classes.</param>
    public static IEnumerable<(string Name, double Value)> Multiclass(ReadOnlySpan<float> probabilities, ReadOnlySpan<float> truths)
    {
        var classes = probabilities.Length / truths.Length;
        var (both, either) = (new long[classes], new long[classes]);
        double loss = 0;
        for (var i = 0; i < truths.Length; i++)
        {
            var row = probabilities.Slice(i * classes, classes);
            var (taken, truth) = (Best(row), (int)truths[i]);
            loss -= Math.Log(Math.Clamp(row[truth], 1e-7, 1 - 1e-7));
            either[taken]++;
            either[truth]++;
            both[truth] += taken == truth ? 1 : 0;
        }

        List<(string, double)> scores =
        [
            ("logloss", loss / truths.Length),
            ("accuracy", (double)both.Sum() / truths.Length),
            ("f1", Enumerable.Range(0, classes).Where(index => either[index] > 0).Average(index => 2.0 * both[index] / either[index])),
        ];
        var areas = new List<double>();
        for (var index = 0; index < classes; index++)
        {
            if (Auc(Column(probabilities, index, classes), truths, index) is { } area)
                areas.Add(area);
        }

        if (areas.Count > 0)
            scores.Add(("auc", areas.Average()));
        return scores;
    }

    private static int Best(ReadOnlySpan<float> probabilities)
    {
        var best = 0;
        for (var i = 1; i < probabilities.Length; i++)
            best = probabilities[i] > probabilities[best] ? i : best;
        return best;
    }

    private static float[] Column(ReadOnlySpan<float> values, int column, int columns)
    {
        var picked = new float[values.Length / columns];
        for (var i = 0; i < picked.Length; i++)
            picked[i] = values[(i * columns) + column];
        return picked;
    }

    private static double? Auc(float[] probabilities, ReadOnlySpan<float> truths, int index)
    {
        var labels = new float[truths.Length];
        for (var i = 0; i < labels.Length; i++)
            labels[i] = (int)truths[i] == index ? 1 : 0;
        return Auc(probabilities, labels);
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
            end = start + 1;
            while (end < truths.Length && predictions[end] == predictions[start])
                end++;

            for (var i = start; i < end; i++)
                ranks += truths[i] > 0 ? (start + 1 + end) / 2.0 : 0;
        }

        return positives == 0 || negatives == 0 ? null : (ranks - (positives * (positives + 1) / 2.0)) / ((double)positives * negatives);
    }
}
