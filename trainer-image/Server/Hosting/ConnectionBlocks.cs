using System.Buffers;
using System.Runtime.InteropServices;

namespace ModelOperator.Server.Hosting;

/// <summary>
/// Memory that connections read into and write from, in blocks of <see cref="BlockBytes"/>: a batch of some hundred rows is read by one call and is there as a whole when its request is looked at. In Kestrel's
/// own blocks of 4 KiB it comes in several parts, and the request waits between them, each time with a timer and a chain of continuations.
/// </summary>
/// <remarks>A connection that waits for a request holds none. The last block given back is the next one taken, for it is still in the processor's cache.</remarks>
internal sealed class ConnectionBlocks : MemoryPool<byte>
{
    /// <summary>Bytes of a block.</summary>
    internal const int BlockBytes = 16 << 10;

    /// <summary>Blocks that are kept for later; those of a burst beyond them are left to the collector.</summary>
    internal const int MostKept = 64;

    private readonly Lock _lock = new();
    private readonly Stack<Block> _kept = new(MostKept);
    private bool _disposed;

    public override int MaxBufferSize => BlockBytes;

    /// <summary>Takes a block.</summary>
    /// <param name="minBufferSize">At most <see cref="BlockBytes"/>; -1 for any size.</param>
    /// <exception cref="ArgumentOutOfRangeException">No block is so large.</exception>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_kept.TryPop(out var block))
                return block;
        }

        return new Block(this);
    }

    protected override void Dispose(bool disposing)
    {
        lock (_lock)
        {
            _disposed = true;
            _kept.Clear();
        }
    }

    private void Return(Block block)
    {
        lock (_lock)
        {
            if (!_disposed && _kept.Count < MostKept)
                _kept.Push(block);
        }
    }

    // Never moved by the collector: the kernel reads and writes it.
    private sealed class Block(ConnectionBlocks pool) : IMemoryOwner<byte>
    {
        public Memory<byte> Memory { get; } = MemoryMarshal.CreateFromPinnedArray(GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true), 0, BlockBytes);

        public void Dispose() => pool.Return(this);
    }
}
