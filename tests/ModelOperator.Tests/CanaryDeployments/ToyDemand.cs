using ModelOperator.CanaryDeployments;

namespace ModelOperator.Tests.CanaryDeployments;

/// <summary>Clients, and a gateway that counts and holds their requests.</summary>
internal sealed class ToyDemand
{
    private readonly Queue<(DateTimeOffset At, double Requests)> waiting = new();
    private double requests;
    private double busy;
    private DateTimeOffset last = Canaries.Start;

    /// <summary>Requests per second.</summary>
    internal double PerSecond { get; set; }

    /// <summary>Seconds that a server takes over one.</summary>
    internal double Seconds { get; set; } = 0.1;

    /// <summary>Requests that wait for a server.</summary>
    internal double Held => waiting.Sum(wait => wait.Requests);

    /// <summary>Requests that came where nobody was and nobody held them.</summary>
    internal double Lost { get; private set; }

    /// <summary>Requests that waited in vain.</summary>
    internal double TimedOut { get; private set; }

    internal double Answered { get; private set; }

    /// <summary>An older gateway, which says nothing.</summary>
    internal bool Silent { get; set; }

    internal GatewayLoad? Load(DateTimeOffset now) =>
        Silent ? null : new((long)requests, busy, (long)(Held + (PerSecond * Seconds)), (long)Math.Ceiling(Held), PerSecond > 0 || Held > 0 ? 0 : (now - last).TotalSeconds);

    /// <summary>A second passes.</summary>
    internal void Pass(DateTimeOffset now, bool serves, int? hold)
    {
        if (PerSecond > 0)
        {
            requests += PerSecond;
            last = now;
            waiting.Enqueue((now, PerSecond));
        }

        while (waiting.TryPeek(out var first))
        {
            if (serves)
            {
                Answered += first.Requests;
                busy += first.Requests * Seconds;
            }
            else if (hold is null)
            {
                Lost += first.Requests;
            }
            else if (now - first.At < TimeSpan.FromSeconds(hold.Value))
            {
                return;
            }
            else
            {
                TimedOut += first.Requests;
            }

            waiting.Dequeue();
            last = now;
        }
    }

    /// <summary>The gateway's process began anew.</summary>
    internal void Restart(DateTimeOffset now) => (requests, busy, last) = (0, 0, now);
}
