namespace ModelOperator.Gateway.Traffic;

/// <summary>Waits between tries of the same thing. Without jitter: each is of one gateway alone.</summary>
internal static class GrowingWait
{
    /// <summary>The wait after this one: twice as long, and never longer than the longest.</summary>
    public static TimeSpan After(TimeSpan wait, TimeSpan longest) => wait * 2 < longest ? wait * 2 : longest;
}
