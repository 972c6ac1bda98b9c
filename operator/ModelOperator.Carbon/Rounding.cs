namespace ModelOperator.Carbon;

/// <summary>How a real quantity becomes a whole number of ledger units.</summary>
public enum Rounding
{
    /// <summary>To the nearest unit, halves away from zero. For measurements.</summary>
    Nearest,

    /// <summary>To the next unit that is not smaller. For requests and reservations, which must never understate.</summary>
    Up,
}
