namespace ModelOperator.MonthBench;

/// <summary>A training that somebody or something asks for.</summary>
/// <param name="Seed">Of its evictions, the same whatever is done about them.</param>
/// <param name="Arrival">Hours after the month's begin.</param>
/// <param name="Hours">Work, without an interruption.</param>
/// <param name="Gpus">GPUs held.</param>
/// <param name="Slack">Longest wait for a cleaner grid, hours.</param>
/// <param name="IsRepeat">Whether its inputs are those of an earlier one.</param>
/// <param name="Wins">Whether somebody uses its result.</param>
internal sealed record Work(ulong Seed, double Arrival, double Hours, int Gpus, int Slack, bool IsRepeat = false, bool Wins = true);
