using System.Collections.Immutable;
using System.Threading.Channels;

namespace ModelOperator.Fakes;

/// <summary>Objects, history and watchers of one resource. The store's lock guards it.</summary>
internal sealed class ResourceTable(FakeResource resource, int historyLimit)
{
    private readonly Queue<StoreEvent> _history = new();
    private readonly List<Channel<StoreEvent>> _watchers = [];

    internal FakeResource Resource => resource;

    internal ImmutableSortedDictionary<string, StoredObject> Objects { get; private set; } =
        ImmutableSortedDictionary.Create<string, StoredObject>(StringComparer.Ordinal);

    /// <summary>Versions up to this one cannot be watched from any more.</summary>
    internal long Compacted { get; private set; }

    internal void Record(StoreEvent change)
    {
        Objects = change.Type == "DELETED" ? Objects.Remove(change.Object.Key) : Objects.SetItem(change.Object.Key, change.Object);
        _history.Enqueue(change);
        while (_history.Count > historyLimit)
            Compacted = _history.Dequeue().Version;
        foreach (var watcher in _watchers)
            watcher.Writer.TryWrite(change);
    }

    internal void Compact(long version)
    {
        _history.Clear();
        Compacted = version;
    }

    internal ChannelReader<StoreEvent> Watch(long? since, long now)
    {
        var channel = Channel.CreateUnbounded<StoreEvent>(new UnboundedChannelOptions { SingleReader = true });
        if (since is not { } version)
        {
            foreach (var existing in Objects.Values)
                channel.Writer.TryWrite(new StoreEvent(existing.Version, "ADDED", existing, null));
        }
        else if (version < Compacted)
        {
            throw new FakeApiException(410, "Expired", $"too old resource version: {version} ({Compacted})");
        }
        else if (version > now)
        {
            throw new FakeApiException(504, "Timeout", $"Too large resource version: {version}, current: {now}");
        }
        else
        {
            foreach (var change in _history.Where(e => e.Version > version))
                channel.Writer.TryWrite(change);
        }

        _watchers.Add(channel);
        return channel.Reader;
    }

    internal void Unwatch(ChannelReader<StoreEvent> reader) => _watchers.RemoveAll(w => w.Reader == reader);

    internal int Watchers => _watchers.Count;
}
