namespace ModelOperator.Kubernetes;

/// <summary>A line of a watch is not an event. The watch is over; list again, since events may be lost.</summary>
public sealed class WatchDecodeException : Exception
{
    /// <summary>Says what is wrong with the line.</summary>
    public WatchDecodeException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
