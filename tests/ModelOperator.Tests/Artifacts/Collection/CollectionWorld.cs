using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModelOperator.Artifacts;
using ModelOperator.Fakes;
using ModelOperator.Tests.Datasets;

namespace ModelOperator.Tests.Artifacts.Collection;

/// <summary>A store's folder, the objects that name blobs, and whoever uploads: one move at a time, and one in the middle of each collection.</summary>
internal sealed class CollectionWorld : ILogger<Collector>, IDisposable
{
    private const int Kinds = 10;

    private static readonly byte[][] Files = [.. Enumerable.Range(0, 5).Select(static i => Encoding.UTF8.GetBytes($"file {i}"))];

    // Artifacts share files.
    private static readonly ArtifactManifest[] Artifacts =
        [Of(0, 1), Of(1, 2), Of(2, 3, 4), Of(0, 4)];

    private static readonly Sha256Digest[] Names = [.. Files.Select(static file => Sha256Digest.Of(file)), .. Artifacts.Select(static artifact => artifact.Digest)];

    private readonly S3Server? server;
    private readonly TempFolder folder = new();
    private readonly FakeTimeProvider time = new();
    private readonly HashSet<Sha256Digest> objects = [];
    private readonly ArtifactStoreOptions options;
    private BlobStore store;
    private Collector collector;
    private OpenCollection? open;
    private HashSet<Sha256Digest>? listed;
    private (int After, Action Then)? meanwhile;

    public CollectionWorld(S3Server? server)
    {
        this.server = server;
        options = new(Path.Combine(folder.Path, "store"), "", "") { Collection = CollectionMode.Delete, Grace = TimeSpan.FromDays(10) };
        (store, collector) = Open();
    }

    public void Dispose()
    {
        Close();
        folder.Dispose();
    }

    public void Play(int move)
    {
        var (kind, which) = (move % Kinds, move / Kinds);
        switch (kind)
        {
            case 0 or 1:
                Upload(which);
                break;
            case 2:
                Name(which);
                break;
            case 3:
                objects.Remove(Names[which % Names.Length]);
                break;
            case 4:
                IsTouched(Names[which % Names.Length]);
                break;
            case 5:
                time.Advance(TimeSpan.FromHours(1 + (which % 300)));
                break;
            case 6:
                Begin();
                break;
            case 7:
                List();
                break;
            case 8:
                End(which);
                break;
            case 9 when which % 5 == 0:
                Restart();
                break;
            default:
                break;
        }
    }

    public void AssertNothingIsLost()
    {
        foreach (var digest in objects)
            Assert.True(IsThere(digest), $"{digest} is named and gone");
        foreach (var artifact in Artifacts.Where(artifact => IsThere(artifact.Digest)))
            Assert.All(artifact.Entries, entry => Assert.True(IsThere(entry.Digest), "an artifact has lost a file"));
    }

    public void AssertAllGarbageGoes()
    {
        objects.Clear();
        Upload(Files.Length);
        objects.Add(Artifacts[0].Digest);
        time.Advance(options.Grace + TimeSpan.FromHours(1));
        Begin();
        End(-1);
        Assert.Equal(
            Artifacts[0].Entries.Select(static entry => entry.Digest).Append(Artifacts[0].Digest).OrderBy(static digest => digest.Hex),
            store.ListAsync(CancellationToken.None).ToBlockingEnumerable().Select(static blob => blob.Digest).OrderBy(static digest => digest.Hex));
    }

    /// <summary>All is garbage; after the first deletion somebody uses what is still there.</summary>
    public void DisturbACollection(bool byUpload)
    {
        for (var i = 0; i < Names.Length - (byUpload ? 1 : 0); i++)
            Upload(i);
        time.Advance(options.Grace + TimeSpan.FromHours(2));
        List();
        // The last artifact: asked for, or its manifest uploaded without its files, which are there from earlier.
        meanwhile = (0, () =>
        {
            foreach (var artifact in byUpload ? Artifacts.TakeLast(1) : Artifacts)
            {
                if (byUpload)
                    Put(artifact.Bytes.ToArray());
                else
                    IsTouched(artifact.Digest);
            }
        }
        );
        var report = collector.EndAsync(open!.Id, listed!, CancellationToken.None).GetAwaiter().GetResult();
        Assert.True(report!.DeletedBlobs > 0 && report.DeletedBlobs < report.GarbageBlobs);
        Assert.True(IsThere(Artifacts[^1].Digest) || !byUpload);
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    /// <summary>The collector speaks after each blob that it deleted: there the world goes on, or the process ends.</summary>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (meanwhile is not { } planned)
            return;
        meanwhile = planned.After > 0 ? planned with { After = planned.After - 1 } : null;
        if (planned.After == 0)
            planned.Then();
    }

    private static ArtifactManifest Of(params int[] files) => ArtifactManifest.Create(
        files.Select(static i => new ManifestEntry(Sha256Digest.Of(Files[i]), Files[i].Length, $"f{i}")));

    private (BlobStore Store, Collector Collector) Open()
    {
        var counters = new StoreCounters();
        var s3 = server?.StoreIn(folder);
        var backing = s3 is null ? null : new S3Backing(new S3Bucket(s3, TimeProvider.System, counters, NullLogger<S3Bucket>.Instance), s3);
        var opened = BlobStore.OpenAsync(options.Root, 0, counters, time, backing: backing).GetAwaiter().GetResult();
        return (opened, new Collector(opened, options, counters, time, this));
    }

    private void Restart()
    {
        Close();
        (store, collector) = Open();
    }

    private void Close()
    {
        collector.Dispose();
        store.Dispose();
    }

    private void Upload(int which)
    {
        if (which % Names.Length is var i && i < Files.Length)
        {
            Put(Files[i]);
            return;
        }

        var artifact = Artifacts[i - Files.Length];
        foreach (var entry in artifact.Entries)
        {
            // As the publisher does: what is there is not sent again.
            if (!IsTouched(entry.Digest))
                Put(Files.Single(file => Sha256Digest.Of(file) == entry.Digest));
        }

        Put(artifact.Bytes.ToArray());
    }

    private void Put(byte[] bytes)
    {
        var result = store.PutAsync(Sha256Digest.Of(bytes), new MemoryStream(bytes), bytes.Length, 1 << 20, null, CancellationToken.None).GetAwaiter().GetResult();
        Assert.True(result.Outcome is BlobPutOutcome.Created or BlobPutOutcome.AlreadyThere);
    }

    /// <summary>An object that names what is there; the operator asks the store before it acts on it.</summary>
    private void Name(int which)
    {
        var digest = Names[which % Names.Length];
        if (IsTouched(digest))
            objects.Add(digest);
    }

    private bool IsThere(Sha256Digest digest) => store.SizeAsync(digest, CancellationToken.None).GetAwaiter().GetResult() is not null;

    private bool IsTouched(Sha256Digest digest) => store.TouchAsync(digest, CancellationToken.None).GetAwaiter().GetResult() is not null;

    private void Begin() => (open, listed) = (collector.Begin(), null);

    private void List()
    {
        if (open is null)
            Begin();
        listed = [.. objects, Sha256Digest.Of("of an image"u8)];
    }

    private void End(int which)
    {
        if (listed is null)
            List();
        using var end = new CancellationTokenSource();
        meanwhile = which < 0 ? null : (which % 4, (which / 4 % 3) switch
        {
            0 => () => Name(which / 12),
            1 => () => Upload(which / 12),
            _ => end.Cancel,
        });
        try
        {
            collector.EndAsync(open!.Id, listed!, end.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            Restart();
        }

        meanwhile = null;
        (open, listed) = (null, null);
    }
}
