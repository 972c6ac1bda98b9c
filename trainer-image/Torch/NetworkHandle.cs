using Microsoft.Win32.SafeHandles;

namespace ModelOperator.Torch;

/// <summary>Owns one native network.</summary>
internal sealed class NetworkHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private static int _alive;

    public NetworkHandle() : base(ownsHandle: true)
    {
    }

    internal NetworkHandle(nint value) : base(ownsHandle: true)
    {
        SetHandle(value);
        Interlocked.Increment(ref _alive);
    }

    /// <summary>Those of this process that were not given back.</summary>
    internal static int Alive => Volatile.Read(ref _alive);

    protected override bool ReleaseHandle()
    {
        Interlocked.Decrement(ref _alive);
        NativeMethods.Free(handle);
        return true;
    }
}
