namespace ModelOperator.Artifacts;

public sealed partial class Collector
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Collected sha256:{Hex}, {Bytes} bytes, unused since {LastUsed:u}")]
    private partial void LogDeleted(string hex, long bytes, DateTimeOffset lastUsed);

    [LoggerMessage(Level = LogLevel.Information, Message = "Collection {Id} ({Mode}): {Named} digests named, {Blobs} blobs, {Garbage} of them garbage ({GarbageBytes} bytes), {Deleted} deleted ({DeletedBytes} bytes)")]
    private partial void LogCollected(string id, CollectionMode mode, int named, int blobs, int garbage, long garbageBytes, int deleted, long deletedBytes);
}
