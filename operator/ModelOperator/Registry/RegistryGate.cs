using ModelOperator.Kubernetes.Runtime.Queueing;

namespace ModelOperator.Registry;

/// <summary>
/// Whether a try is worth it: shut for a growing time after the database could not be reached, so that an outage costs a few tries and
/// not one per object. Thread-safe.
/// </summary>
/// <param name="time">Clock.</param>
/// <param name="jitter">Numbers in [0, 1).</param>
public sealed class RegistryGate(TimeProvider time, Func<double> jitter)
{
    private static readonly BackOff Waits = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), 0.2);

    private readonly Lock gate = new();
    private int failures;
    private DateTimeOffset shutUntil = DateTimeOffset.MinValue;

    /// <summary>Whether the last contact was good. False before the first.</summary>
    public bool IsUp { get; private set; }

    /// <summary>Time until a try is worth it; null when it is now.</summary>
    public TimeSpan? Wait
    {
        get
        {
            lock (gate)
            {
                var left = shutUntil - time.GetUtcNow();
                return left > TimeSpan.Zero ? left : null;
            }
        }
    }

    /// <summary>A contact was good.</summary>
    /// <returns>Whether it is the first after a bad one, or the first at all.</returns>
    public bool Succeeded()
    {
        lock (gate)
        {
            var change = !IsUp;
            (IsUp, failures, shutUntil) = (true, 0, DateTimeOffset.MinValue);
            return change;
        }
    }

    /// <summary>A contact failed. Failures of tries that began before the gate was shut count once.</summary>
    /// <returns>Whether it is the first after a good one, or the first at all.</returns>
    public bool Failed()
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            var change = IsUp || failures == 0;
            IsUp = false;
            if (shutUntil <= now)
            {
                failures++;
                shutUntil = now + Waits.Delay(failures, jitter());
            }

            return change;
        }
    }
}
