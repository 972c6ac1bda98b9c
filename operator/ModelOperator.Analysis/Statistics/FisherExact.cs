namespace ModelOperator.Analysis;

/// <summary>
/// Fisher's exact test of two proportions, for the record: R. A. Fisher, "On the interpretation of chi-squared from contingency tables, and the calculation of P",
/// J. R. Statist. Soc. 85 (1922). Its p-value holds for one look at a number of samples that was fixed before.
/// </summary>
public static class FisherExact
{
    /// <summary>Relative slack within which two probabilities count as equal for the two-sided sum, as R and SciPy use it.</summary>
    private const double Same = 1e-7;

    /// <summary>P(as many events in the first arm, or more), given all margins. Counts are rounded.</summary>
    public static double Greater(BinomialArm first, BinomialArm second)
    {
        var table = new Table(first, second);
        return table.X <= table.Lowest ? 1 : table.X > table.Mode ? table.UpperTail(table.X) : Math.Clamp(1 - table.LowerTail(table.X - 1), 0, 1);
    }

    /// <summary>P(a table as unlikely as this one, or more), given all margins. Counts are rounded.</summary>
    public static double TwoSided(BinomialArm first, BinomialArm second)
    {
        var table = new Table(first, second);
        var limit = table.LogProbability(table.X) + Math.Log(1 + Same);
        // The probabilities fall to both sides of the mode, so each side's part begins at one place.
        var up = table.FirstAtMost(limit, table.Mode, table.Highest);
        var down = table.FirstAtMost(limit, table.Mode, table.Lowest);
        if (up is not null && down is not null && up == down)
            return 1;
        return Math.Min(1, (up is { } u ? table.UpperTail(u) : 0) + (down is { } d ? table.LowerTail(d) : 0));
    }

    /// <summary>The hypergeometric distribution of events in the first arm.</summary>
    private sealed class Table
    {
        private readonly long _first;
        private readonly long _second;
        private readonly long _events;
        private readonly double _all;

        public Table(BinomialArm first, BinomialArm second)
        {
            (_first, _second) = (Whole(first.Samples), Whole(second.Samples));
            X = Math.Min(Whole(first.CountedEvents), _first);
            _events = X + Math.Min(Whole(second.CountedEvents), _second);
            Lowest = Math.Max(0, _events - _second);
            Highest = Math.Min(_events, _first);
            _all = LogChoose(_first + _second, _events);
            Mode = Math.Clamp((long)((_events + 1.0) * (_first + 1.0) / (_first + _second + 2.0)), Lowest, Highest);
        }

        public long X { get; }

        public long Lowest { get; }

        public long Highest { get; }

        public long Mode { get; }

        public double LogProbability(long k) => LogChoose(_first, k) + LogChoose(_second, _events - k) - _all;

        /// <summary>Sum from k up; k at or above the mode, so that the terms fall.</summary>
        public double UpperTail(long k) => Tail(k, Highest, (double i) => (_first - i) * (_events - i) / ((i + 1) * (_second - _events + i + 1)));

        /// <summary>Sum from k down; k at or below the mode.</summary>
        public double LowerTail(long k) => k < Lowest ? 0 : Tail(k, Lowest, (double i) => i * (_second - _events + i) / ((_first - i + 1) * (_events - i + 1)));

        /// <summary>The place nearest to the mode, on the way to an end, whose probability is at most the limit; null when there is none.</summary>
        public long? FirstAtMost(double limit, long from, long to)
        {
            if (LogProbability(to) > limit)
                return null;
            if (LogProbability(from) <= limit)
                return from;
            var (above, at) = (from, to);
            while (Math.Abs(at - above) > 1)
            {
                var middle = above + ((at - above) / 2);
                (above, at) = LogProbability(middle) <= limit ? (above, middle) : (middle, at);
            }

            return at;
        }

        private double Tail(long k, long end, Func<double, double> ratio)
        {
            var (term, sum) = (1.0, 1.0);
            for (var i = k; i != end && term > sum * 1e-17; i += Math.Sign(end - k))
            {
                term *= ratio(i);
                sum += term;
            }

            return Math.Min(1, Math.Exp(LogProbability(k)) * sum);
        }

        private static double LogChoose(long n, long k) =>
            SpecialFunctions.LogGamma(n + 1.0) - SpecialFunctions.LogGamma(k + 1.0) - SpecialFunctions.LogGamma(n - k + 1.0);

        private static long Whole(double count) => (long)Math.Min(Math.Round(count), 9e15);
    }
}
