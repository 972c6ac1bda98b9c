using Microsoft.Win32.SafeHandles;

namespace ModelOperator.XGBoost;

/// <summary>Owns one native data matrix.</summary>
internal sealed class DMatrixHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    public DMatrixHandle() : base(ownsHandle: true)
    {
    }

    internal DMatrixHandle(nint value) : base(ownsHandle: true) => SetHandle(value);

    protected override bool ReleaseHandle() => NativeMethods.XGDMatrixFree(handle) == 0;
}
