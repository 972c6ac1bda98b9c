namespace ModelOperator.ModelVersions;

/// <summary>Something about an alias that a person has to put right.</summary>
/// <param name="Reason">One word.</param>
/// <param name="Message">What is wrong and what to do.</param>
/// <param name="Waiting">True when it may come right by itself, for example while bytes are verified.</param>
public sealed record AliasProblem(string Reason, string Message, bool Waiting = false);
