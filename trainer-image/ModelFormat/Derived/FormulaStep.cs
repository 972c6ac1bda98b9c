namespace ModelOperator.ModelFormat.Derived;

/// <summary>One step of a formula, behind those of its operands.</summary>
/// <param name="Op">What it does.</param>
/// <param name="Column">Of <see cref="FormulaOp.Column"/>: which one.</param>
/// <param name="Number">Of <see cref="FormulaOp.Number"/>: which one.</param>
internal readonly record struct FormulaStep(FormulaOp Op, int Column = 0, double Number = 0);
