namespace ModelOperator.Gateway.Hosting;

/// <summary>
/// The runtime's socket threads, numbered. With inline completions (see <see cref="SocketThreads"/>) all that follows a socket's readiness runs on the one
/// thread that the runtime gave the socket to; it takes them in turn, one for each socket.
/// </summary>
/// <param name="count">How many there are; 0 where they are not told apart.</param>
/// <param name="ofThisThread">The calling thread's number, from 1 on; 0 for a thread that is no socket thread.</param>
internal sealed class SocketLanes(int count, Func<int> ofThisThread)
{
    // The runtime's name for them.
    private const string ThreadName = ".NET Sockets";

    // A connection for a certain lane takes as many tries as there are lanes, in the mean.
    private const int Most = 4;

    [ThreadStatic]
    private static int s_number;

    private static int s_numbers;

    /// <summary>How many lanes there are, 0 or at least 2.</summary>
    public int Count => count;

    /// <summary>The lane that the caller runs in, from 1 to <see cref="Count"/>; 0 where it runs in none.</summary>
    public int Current => count == 0 ? 0 : ofThisThread() is var number && number <= count ? number : 0;

    /// <summary>Those of this process: as many as it has processors, where sockets are answered inline and that are not too many.</summary>
    public static SocketLanes OfThisProcess() =>
        new(SocketThreads.Inline && Environment.ProcessorCount is var processors and >= 2 and <= Most ? processors : 0, static () => Number);

    private static int Number
    {
        get
        {
            if (s_number == 0)
                s_number = Thread.CurrentThread.Name == ThreadName ? Interlocked.Increment(ref s_numbers) : -1;
            return Math.Max(0, s_number);
        }
    }
}
