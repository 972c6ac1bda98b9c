using Microsoft.Win32.SafeHandles;

namespace ModelOperator.Torch;

/// <summary>Owns one native scorer.</summary>
internal sealed class ScorerHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private static int _alive;

    public ScorerHandle() : base(ownsHandle: true)
    {
    }

    internal ScorerHandle(nint value) : base(ownsHandle: true)
    {
        SetHandle(value);
        Interlocked.Increment(ref _alive);
    }

    /// <summary>Those of this process that were not given back.</summary>
    internal static int Alive => Volatile.Read(ref _alive);

    protected override bool ReleaseHandle()
    {
        Interlocked.Decrement(ref _alive);
        NativeMethods.FreeScorer(handle);
        return true;
    }
}
