namespace ModelOperator.Server.Models;

/// <summary>
/// How long a row takes to be predicted: of late the least, since whatever else takes the processor only adds to it. It says which requests would keep the other connections
/// of their thread waiting (<see cref="Hosting.SocketThreads"/>).
/// </summary>
internal sealed class PredictionPace
{
    /// <summary>Rows that take long to read and to answer, however fast they are predicted.</summary>
    internal const int ManyRows = 256;

    /// <summary>What is worth a change of threads, which takes some ten microseconds.</summary>
    internal static readonly TimeSpan Long = TimeSpan.FromMicroseconds(200);

    // A share of what is slower than the least, so that a pace that really has become slower is believed after some hundred requests.
    private const double Patience = 1 / 64.0;

    // Threads that write at once lose one of their measurements, which does no harm.
    private double _ticks = double.PositiveInfinity;

    /// <summary>Whether so many rows should be predicted where nobody waits for the thread. The first ones are: nothing is known of them.</summary>
    internal bool TakesLong(int rows) => rows > ManyRows || rows * Volatile.Read(ref _ticks) > Long.Ticks;

    /// <summary>Learns from a prediction.</summary>
    internal void Took(int rows, TimeSpan time)
    {
        if (rows == 0)
            return;
        var (seen, ticks) = (Volatile.Read(ref _ticks), (double)time.Ticks / rows);
        Volatile.Write(ref _ticks, ticks < seen ? ticks : seen + ((ticks - seen) * Patience));
    }
}
