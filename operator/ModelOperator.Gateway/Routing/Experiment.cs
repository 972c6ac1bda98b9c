using System.Collections.Concurrent;
using System.Collections.Immutable;
using ModelOperator.Gateway.Metrics;

namespace ModelOperator.Gateway.Routing;

/// <summary>
/// The A/B test of a table: which users this gateway has seen, in which arm first, and which events of theirs were the first of their name. A user stays
/// counted in the arm of the first sight, wherever later requests go. Thread-safe.
/// </summary>
public sealed class Experiment
{
    /// <summary>Most names of events.</summary>
    public const int MaxEvents = 16;

    /// <summary>Most users that are remembered; later ones are counted as untracked, in every arm alike.</summary>
    public const int MaxUsers = 500_000;

    /// <summary>Low bits: place of the arm. Then one bit per event that was seen.</summary>
    private const int PlaceBits = 8;

    private readonly ConcurrentDictionary<ulong, int> _users = new();
    private readonly int _maxUsers;
    private int _count;
    private long _untracked;
    private long _withoutKey;

    private Experiment(string? id, ImmutableArray<string> events, ImmutableArray<ExperimentSeries> arms, int maxUsers)
    {
        Id = id;
        Events = events;
        Arms = arms;
        _maxUsers = maxUsers;
    }

    /// <summary>Identity of the measurement; null while nothing is measured.</summary>
    public string? Id { get; }

    /// <summary>Names of events that are counted.</summary>
    public ImmutableArray<string> Events { get; }

    /// <summary>Counters of the arms, by place.</summary>
    public ImmutableArray<ExperimentSeries> Arms { get; }

    /// <summary>Users that were not remembered because the memory is full; each of their sightings counts.</summary>
    public long Untracked => Volatile.Read(ref _untracked);

    /// <summary>Requests without a cohort key.</summary>
    public long WithoutKey => Volatile.Read(ref _withoutKey);

    /// <summary>The experiment of a document. One that goes on keeps its users and counters.</summary>
    /// <param name="document">What the table says; null for none.</param>
    /// <param name="arms">Arms of the table.</param>
    /// <param name="canary">The canary, for labels.</param>
    /// <param name="previous">The experiment before.</param>
    /// <param name="maxUsers">Most users that are remembered.</param>
    public static Experiment? Of(ExperimentDocument? document, ImmutableArray<Arm> arms, CanaryName canary, Experiment? previous, int maxUsers = MaxUsers)
    {
        if (document is null)
            return null;
        ImmutableArray<string> events = [.. document.Events!];
        ImmutableArray<string> labels = [.. arms.Select(arm => PrometheusText.Labels(
            ("namespace", canary.Namespace), ("canary", canary.Name), ("version", arm.Version), ("arm", arm.Name)))];
        return previous is not null && previous.Id == document.Id && previous.Events.SequenceEqual(events) && previous.Arms.Select(arm => arm.Labels).SequenceEqual(labels)
            ? previous
            : new(document.Id, events, [.. labels.Select(label => new ExperimentSeries(label, events.Length))], maxUsers);
    }

    /// <summary>Notes that a request of a user went to an arm. Returns the place that the user is counted in; -1 when not remembered.</summary>
    /// <param name="user">Hash of the cohort key.</param>
    /// <param name="place">Place of the arm.</param>
    public int See(ulong user, int place)
    {
        if (Id is null)
            return -1;
        if (_users.TryGetValue(user, out var known))
            return known & ((1 << PlaceBits) - 1);
        if (Interlocked.Increment(ref _count) <= _maxUsers)
        {
            if (_users.TryAdd(user, place))
            {
                Arms[place].Expose();
                return place;
            }

            Interlocked.Decrement(ref _count);
            return _users[user] & ((1 << PlaceBits) - 1);
        }

        Interlocked.Decrement(ref _count);
        Interlocked.Increment(ref _untracked);
        return -1;
    }

    /// <summary>Notes a request that has no cohort key.</summary>
    public void SeeNobody()
    {
        if (Id is not null)
            Interlocked.Increment(ref _withoutKey);
    }

    /// <summary>Counts an event of a user. The event is itself a sight of the user.</summary>
    /// <param name="user">Hash of the cohort key.</param>
    /// <param name="place">Place of the arm that serves the user.</param>
    /// <param name="kind">Index of the event's name.</param>
    /// <param name="value">Its value.</param>
    public EventOutcome Count(ulong user, int place, int kind, double value)
    {
        var counted = See(user, place);
        if (counted < 0)
            return EventOutcome.Untracked;
        var bit = 1 << (PlaceBits + kind);
        while (true)
        {
            var known = _users[user];
            if ((known & bit) != 0)
            {
                Arms[counted].Repeat(kind);
                return EventOutcome.Repeated;
            }

            if (!_users.TryUpdate(user, known | bit, known))
                continue;
            Arms[counted].Convert(kind, value);
            return EventOutcome.First;
        }
    }
}
