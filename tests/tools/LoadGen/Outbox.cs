using System.Text.Json;
using System.Threading.Channels;

namespace ModelOperator.LoadGen;

/// <summary>Things that are posted in batches, each not before it is due.</summary>
/// <param name="url">Where to.</param>
/// <param name="array">Member of the body that holds them.</param>
/// <param name="delay">How long each one waits.</param>
/// <param name="write">Writes one as JSON.</param>
/// <param name="time">Clock.</param>
internal sealed class Outbox<T>(Uri url, string array, TimeSpan delay, Action<Utf8JsonWriter, T> write, TimeProvider time)
{
    private const int MostBatch = 300;

    private readonly Channel<(long Since, T Item)> _items = Channel.CreateUnbounded<(long, T)>();

    internal void Add(T item) => _items.Writer.TryWrite((time.GetTimestamp(), item));

    /// <summary>Posts what is due.</summary>
    internal async Task SendAsync(HttpClient client, Tally tally)
    {
        while (IsDue())
        {
            try
            {
                using var content = JsonBody.Of(Batch());
                using var response = await client.PostAsync(url, content);
            }
            catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
            {
                tally.Unreachable($"{url.AbsolutePath}: {failure.GetBaseException().Message}");
            }
        }
    }

    private bool IsDue() => _items.Reader.TryPeek(out var first) && time.GetElapsedTime(first.Since) >= delay;

    private byte[] Batch()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartArray(array);
            for (var i = 0; i < MostBatch && IsDue() && _items.Reader.TryRead(out var next); i++)
                write(json, next.Item);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }
}
