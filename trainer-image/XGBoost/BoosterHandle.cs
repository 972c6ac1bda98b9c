using Microsoft.Win32.SafeHandles;

namespace ModelOperator.XGBoost;

/// <summary>Owns one native booster.</summary>
internal sealed class BoosterHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public BoosterHandle() : base(ownsHandle: true)
    {
    }

    internal BoosterHandle(nint value) : base(ownsHandle: true) => SetHandle(value);

    protected override bool ReleaseHandle() => NativeMethods.XGBoosterFree(handle) == 0;
}
