using Microsoft.Win32.SafeHandles;

namespace ModelOperator.XGBoost;

/// <summary>Owns one native booster.</summary>
internal sealed class BoosterHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private static int _alive;

    public BoosterHandle() : base(ownsHandle: true)
    {
    }

    internal BoosterHandle(nint value) : base(ownsHandle: true)
    {
        SetHandle(value);
        Interlocked.Increment(ref _alive);
    }

    /// <summary>Those of this process that were not given back.</summary>
    internal static int Alive => Volatile.Read(ref _alive);

    protected override bool ReleaseHandle()
    {
        Interlocked.Decrement(ref _alive);
        return NativeMethods.XGBoosterFree(handle) == 0;
    }
}
