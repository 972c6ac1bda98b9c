namespace ModelOperator.Fakes;

/// <summary>One change: type of the change, the state after it (the last state for a delete), the state before.</summary>
internal sealed record StoreEvent(long Version, string Type, StoredObject Object, StoredObject? Old);
