using System.Diagnostics;

namespace ModelOperator.OpenLoop;

/// <summary>
/// Open loop: a request is due every 1/rate seconds, and its latency counts from that moment, also when all connections are taken and it has to wait
/// for one. A closed loop sends less while the server is slow and so hides the slowness.
/// </summary>
internal sealed class Pace(List<Connection> connections, byte[][] requests, AnswerLog? log = null)
{
    private static readonly TimeSpan MostOverrun = TimeSpan.FromSeconds(5);

    private readonly Queue<Connection> _free = new(connections);
    private readonly List<Connection> _taken = [];

    /// <summary>Sends for a time, or until it is stopped, and waits for the last answers. The first second is not measured.</summary>
    internal double[] Run(int rate, TimeSpan duration, CancellationToken stop, out int errors)
    {
        var latencies = new List<double>();
        errors = 0;
        var started = Stopwatch.GetTimestamp();
        var total = (int)(rate * duration.TotalSeconds);
        for (var sent = 0; sent < total || _taken.Count > 0;)
        {
            var now = Stopwatch.GetElapsedTime(started);
            if (stop.IsCancellationRequested)
                total = sent;
            if (now > duration + MostOverrun)
                throw new InvalidOperationException($"{total - sent} of {total} requests could not be sent in time: the rate is beyond the server");
            for (; sent < total && _free.Count > 0 && sent / (double)rate <= now.TotalSeconds; sent++)
                Send(requests[sent % requests.Length], started + (long)(sent / (double)rate * Stopwatch.Frequency));
            Collect(latencies, started + Stopwatch.Frequency, ref errors);
        }

        return [.. latencies];
    }

    private void Send(byte[] request, long due)
    {
        var connection = _free.Dequeue();
        connection.Send(request, due);
        _taken.Add(connection);
    }

    private void Collect(List<double> latencies, long from, ref int errors)
    {
        for (var i = _taken.Count - 1; i >= 0; i--)
        {
            var connection = _taken[i];
            var due = connection.Due;
            if (connection.Poll() is not { } seconds)
                continue;
            if (seconds < 0)
                errors++;
            else if (due >= from)
                latencies.Add(seconds);
            if (seconds >= 0)
                log?.Add(connection.Answer);
            _taken.RemoveAt(i);
            _free.Enqueue(connection);
        }
    }
}
