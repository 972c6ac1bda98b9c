using System.Collections.Immutable;

namespace ModelOperator.Registry;

/// <summary>Facts that no object shows any more.</summary>
/// <param name="Subject">What they are about, for the log.</param>
/// <param name="Rows">Rows.</param>
public sealed record JournalEntry(string Subject, ImmutableArray<RegistryRow> Rows);
