using Microsoft.Win32.SafeHandles;

namespace ModelOperator.Torch;

/// <summary>Owns one native scorer.</summary>
internal sealed class ScorerHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public ScorerHandle() : base(ownsHandle: true)
    {
    }

    internal ScorerHandle(nint value) : base(ownsHandle: true) => SetHandle(value);

    protected override bool ReleaseHandle()
    {
        NativeMethods.FreeScorer(handle);
        return true;
    }
}
