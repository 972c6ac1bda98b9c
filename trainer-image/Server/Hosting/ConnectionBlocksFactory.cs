using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace ModelOperator.Server.Hosting;

/// <summary>Makes <see cref="ConnectionBlocks"/> for Kestrel, which takes several so that its threads seldom meet in one.</summary>
internal sealed class ConnectionBlocksFactory : IMemoryPoolFactory<byte>
{
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new ConnectionBlocks();
}
