using ModelOperator.Fakes;

namespace ModelOperator.Operator.Tests.World;

/// <summary>Where an operator dies.</summary>
/// <param name="Write">Its k-th write, from 1; leases and events do not count.</param>
/// <param name="Point">Before the write is applied, or applied with the answer lost.</param>
internal sealed record Cut(int Write, KillPoint Point);
