using Microsoft.Win32.SafeHandles;

namespace ModelOperator.Torch;

/// <summary>Owns one native network.</summary>
internal sealed class NetworkHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public NetworkHandle() : base(ownsHandle: true)
    {
    }

    internal NetworkHandle(nint value) : base(ownsHandle: true) => SetHandle(value);

    protected override bool ReleaseHandle()
    {
        NativeMethods.Free(handle);
        return true;
    }
}
