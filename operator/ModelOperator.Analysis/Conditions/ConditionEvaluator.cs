namespace ModelOperator.Analysis;

/// <summary>Evaluates a condition that was read. Total: every answer has a truth.</summary>
internal sealed class ConditionEvaluator(IReadOnlyList<double> result, IReadOnlyList<double> stable)
{
    private double _element;

    public Truth Truth(ConditionNode node) => node.Op switch
    {
        ConditionOp.True => Analysis.Truth.Of(true),
        ConditionOp.False => Analysis.Truth.Of(false),
        ConditionOp.Not => Truth(node.Operands[0]).Not(),
        ConditionOp.And => Truth(node.Operands[0]).And(Truth(node.Operands[1])),
        ConditionOp.Or => Truth(node.Operands[0]).Or(Truth(node.Operands[1])),
        ConditionOp.IsNaN => Test(node.Operands[0], double.IsNaN),
        ConditionOp.IsInf => Test(node.Operands[0], double.IsInfinity),
        ConditionOp.All or ConditionOp.Any => Quantified(node),
        _ => Comparison(node),
    };

    private Truth Test(ConditionNode operand, Func<double, bool> test)
    {
        var (value, problem) = Number(operand);
        return problem is null ? Analysis.Truth.Of(test(value)) : Analysis.Truth.Undecided(problem);
    }

    private Truth Comparison(ConditionNode node)
    {
        var (left, wrongLeft) = Number(node.Operands[0]);
        var (right, wrongRight) = Number(node.Operands[1]);
        var problem = (Undecided(left, wrongLeft), Undecided(right, wrongRight)) switch
        {
            ({ } a, { } b) => Analysis.Truth.VerdictOf(b).Severity() > Analysis.Truth.VerdictOf(a).Severity() ? b : a,
            var (a, b) => a ?? b,
        };
        return problem is not null ? Analysis.Truth.Undecided(problem) : Analysis.Truth.Of(node.Op switch
        {
            ConditionOp.Less => left < right,
            ConditionOp.LessOrEqual => left <= right,
            ConditionOp.Greater => left > right,
            ConditionOp.GreaterOrEqual => left >= right,
            ConditionOp.Equal => left.Equals(right) || left - right == 0,
            ConditionOp.NotEqual => left - right != 0,
            _ => throw new InvalidOperationException($"{node.Op} is no comparison"),
        });
    }

    private static string? Undecided(double value, string? problem) => problem ?? value switch
    {
        double.NaN => Reasons.NotANumber,
        double.PositiveInfinity => Reasons.PositiveInfinity,
        double.NegativeInfinity => Reasons.NegativeInfinity,
        _ => null,
    };

    private Truth Quantified(ConditionNode node)
    {
        var values = Values(node.Operands[0]);
        if (values.Count == 0)
            return Analysis.Truth.Undecided(Empty(node.Operands[0]));
        var all = node.Op == ConditionOp.All;
        var truth = Analysis.Truth.Of(all);
        foreach (var value in values)
        {
            _element = value;
            var one = Truth(node.Operands[1]);
            truth = all ? truth.And(one) : truth.Or(one);
            if (truth.Holds == !all)
                break;
        }

        return truth;
    }

    private (double Value, string? Problem) Number(ConditionNode node)
    {
        switch (node.Op)
        {
            case ConditionOp.Number:
                return (node.Number, null);
            case ConditionOp.Element:
                return (_element, null);
            case ConditionOp.Result or ConditionOp.Stable:
                return Single(node);
            case ConditionOp.Length:
                return (Values(node.Operands[0]).Count, null);
            case ConditionOp.Index:
                var values = Values(node.Operands[0]);
                return node.Number < values.Count ? (values[(int)node.Number], null) : (0, values.Count == 0 ? Empty(node.Operands[0]) : Reasons.IndexOutOfRange);
            case ConditionOp.Negate:
                var (value, problem) = Number(node.Operands[0]);
                return (-value, problem);
            default:
                return Arithmetic(node);
        }
    }

    private (double Value, string? Problem) Arithmetic(ConditionNode node)
    {
        var (left, wrongLeft) = Number(node.Operands[0]);
        var (right, wrongRight) = Number(node.Operands[1]);
        return (node.Op switch
        {
            ConditionOp.Add => left + right,
            ConditionOp.Subtract => left - right,
            ConditionOp.Multiply => left * right,
            ConditionOp.Divide => left / right,
            ConditionOp.Remainder => left % right,
            _ => throw new InvalidOperationException($"{node.Op} gives no number"),
        }, wrongLeft ?? wrongRight);
    }

    private (double Value, string? Problem) Single(ConditionNode node)
    {
        var values = Values(node);
        return values.Count switch
        {
            0 => (0, Empty(node)),
            1 => (values[0], null),
            _ => (0, node.Op == ConditionOp.Stable ? Reasons.OfBaseline(Reasons.SeveralSeries) : Reasons.SeveralSeries),
        };
    }

    private IReadOnlyList<double> Values(ConditionNode node) => node.Op == ConditionOp.Stable ? stable : result;

    private static string Empty(ConditionNode node) => node.Op == ConditionOp.Stable ? Reasons.OfBaseline(Reasons.EmptyResult) : Reasons.EmptyResult;
}
