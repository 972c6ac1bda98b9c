using FsCheck;
using FsCheck.Fluent;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes.Runtime.Queueing;

namespace ModelOperator.Kubernetes.Runtime.Tests.Queueing;

public sealed class WorkQueueTests : IDisposable
{
    private static readonly NamespacedName A = new("ns", "a");
    private static readonly NamespacedName B = new("ns", "b");

    private readonly FakeTimeProvider _time = new();
    private readonly WorkQueue _queue;

    public WorkQueueTests() => _queue = new WorkQueue("test", _time, jitter: () => 0);

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task A_key_waits_at_most_once()
    {
        _queue.Add(A);
        _queue.Add(A);
        Assert.Equal(1, _queue.Depth);
        Assert.Equal(A, await TakeAsync());
        Assert.Equal(0, _queue.Depth);
    }

    [Fact]
    public async Task Keys_come_in_the_order_of_their_first_add()
    {
        _queue.Add(B);
        _queue.Add(A);
        _queue.Add(B);
        Assert.Equal([B, A], [await TakeAsync(), await TakeAsync()]);
    }

    [Fact]
    public async Task A_key_that_is_worked_on_is_not_given_to_a_second_worker()
    {
        _queue.Add(A);
        await TakeAsync();
        _queue.Add(A);
        var second = _queue.TakeAsync(CancellationToken.None).AsTask();
        Assert.False(second.IsCompleted);
        _queue.Add(B);
        Assert.Equal(B, await second.WaitAsync(TimeSpan.FromSeconds(120)));
    }

    [Fact]
    public async Task Ten_thousand_events_during_the_work_cause_exactly_one_more_pass()
    {
        _queue.Add(A);
        await TakeAsync();
        Parallel.For(0, 10_000, _ => _queue.Add(A));
        Assert.Equal(0, _queue.Depth);
        _queue.Done(A);
        Assert.Equal(1, _queue.Depth);
        await TakeAsync();
        _queue.Done(A);
        Assert.Equal(0, _queue.Depth);
        Assert.Equal(0, _queue.Scheduled);
    }

    [Fact]
    public async Task A_delayed_key_comes_when_its_time_comes_and_not_before()
    {
        _queue.AddAfter(A, TimeSpan.FromSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal(0, _queue.Depth);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(A, await TakeAsync());
    }

    [Theory]
    [InlineData(10, 3, 3)]
    [InlineData(3, 10, 3)]
    [InlineData(5, 5, 5)]
    public void The_nearer_time_wins(int first, int second, int expected)
    {
        _queue.AddAfter(A, TimeSpan.FromSeconds(first));
        _queue.AddAfter(A, TimeSpan.FromSeconds(second));
        Assert.Equal(1, _queue.Scheduled);
        _time.Advance(TimeSpan.FromSeconds(expected - 0.5));
        Assert.Equal(0, _queue.Depth);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(1, _queue.Depth);
        Assert.Equal(0, _queue.Scheduled);
    }

    [Fact]
    public async Task An_event_does_not_cancel_a_timer()
    {
        _queue.AddAfter(A, TimeSpan.FromSeconds(10));
        _queue.Add(A);
        await TakeAsync();
        _queue.Done(A);
        Assert.Equal(0, _queue.Depth);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, _queue.Depth);
    }

    [Fact]
    public async Task A_timer_that_fires_during_the_work_brings_the_key_back_afterwards()
    {
        _queue.Add(A);
        await TakeAsync();
        _queue.AddAfter(A, TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, _queue.Depth);
        _queue.Done(A);
        Assert.Equal(1, _queue.Depth);
    }

    [Fact]
    public async Task Fresh_events_go_before_the_initial_list()
    {
        for (var i = 0; i < 10_000; i++)
            _queue.Add(new NamespacedName("ns", $"old-{i}"), QueuePriority.Low);
        _queue.Add(A);
        Assert.Equal(A, await TakeAsync());
    }

    [Fact]
    public async Task An_event_raises_a_key_of_the_initial_list_and_it_comes_only_once()
    {
        _queue.Add(A, QueuePriority.Low);
        _queue.Add(B, QueuePriority.Low);
        _queue.Add(B);
        Assert.Equal(2, _queue.Depth);
        Assert.Equal([B, A], [await TakeAsync(), await TakeAsync()]);
        Assert.Equal(0, _queue.Depth);
    }

    [Fact]
    public async Task A_stream_of_events_does_not_starve_the_initial_list()
    {
        _queue.Add(A, QueuePriority.Low);
        var taken = new List<NamespacedName>();
        for (var i = 0; i < 40; i++)
        {
            _queue.Add(new NamespacedName("ns", $"new-{i}"));
            _queue.Add(new NamespacedName("ns", $"newer-{i}"));
            taken.Add(await TakeAsync());
        }

        Assert.Contains(A, taken);
    }

    [Fact]
    public void Retries_double_to_five_minutes_and_never_end()
    {
        var delays = Enumerable.Range(0, 12).Select(_ => _queue.Retry(A).TotalSeconds).ToArray();
        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300], delays);
    }

    [Fact]
    public void A_success_ends_the_back_off()
    {
        _queue.Retry(A);
        _queue.Retry(A);
        _queue.Forget(A);
        Assert.Equal(0, _queue.Failures(A));
        Assert.Equal(1, _queue.Retry(A).TotalSeconds);
    }

    [Fact]
    public void Keys_back_off_apart_from_each_other()
    {
        _queue.Retry(A);
        _queue.Retry(A);
        Assert.Equal(1, _queue.Retry(B).TotalSeconds);
    }

    [Fact]
    public void The_process_wide_bucket_spreads_a_storm_of_failures()
    {
        using var queue = new WorkQueue("test", _time, bucket: new TokenBucket(10, 100, _time), jitter: () => 0);
        var delays = Enumerable.Range(0, 300).Select(i => queue.Retry(new NamespacedName("ns", $"{i}")).TotalSeconds).ToArray();
        Assert.All(delays[..100], delay => Assert.Equal(1, delay));
        Assert.Equal(20, delays[299], 3);
    }

    [Fact]
    public async Task Stuck_measures_how_long_keys_wait_without_progress()
    {
        Assert.Equal(TimeSpan.Zero, _queue.Stuck);
        _time.Advance(TimeSpan.FromHours(1));
        _queue.Add(A);
        Assert.Equal(TimeSpan.Zero, _queue.Stuck);
        _time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(TimeSpan.FromMinutes(3), _queue.Stuck);
        await TakeAsync();
        Assert.Equal(TimeSpan.Zero, _queue.Stuck);
    }

    [Fact]
    public async Task A_take_that_is_cancelled_loses_no_key()
    {
        using var stop = new CancellationTokenSource();
        var take = _queue.TakeAsync(stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => take);
        _queue.Add(A);
        Assert.Equal(A, await TakeAsync());
    }

    [Fact]
    public void Many_reschedules_of_one_key_do_not_grow_the_queue()
    {
        for (var i = 100_000; i > 0; i--)
            _queue.AddAfter(A, TimeSpan.FromSeconds(i));
        Assert.Equal(1, _queue.Scheduled);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _queue.Depth);
        _time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(1, _queue.Depth);
    }

    // Whatever the order of adds, delays, failures and completions: after the last add of a key a pass of it begins.
    [Fact]
    public void Nothing_is_ever_lost() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<(byte Step, byte Key)[]>(),
            steps => Survives(steps)).QuickCheckThrowOnFailure();

    private static bool Survives((byte Step, byte Key)[] steps)
    {
        var time = new FakeTimeProvider();
        using var queue = new WorkQueue("test", time, jitter: () => 0);
        var owed = new HashSet<NamespacedName>();
        var working = new HashSet<NamespacedName>();
        foreach (var (step, number) in steps)
            Do(step % 6, new NamespacedName("ns", $"{number % 5}"));
        foreach (var key in working)
            queue.Done(key);
        working.Clear();
        time.Advance(TimeSpan.FromHours(1));
        while (queue.Depth > 0)
            Start();
        return owed.Count == 0;

        void Do(int step, NamespacedName key)
        {
            switch (step)
            {
                case 0: queue.Add(key); owed.Add(key); break;
                case 1: queue.Add(key, QueuePriority.Low); owed.Add(key); break;
                case 2: queue.AddAfter(key, TimeSpan.FromSeconds(key.Name[0] - '0')); owed.Add(key); break;
                case 3: queue.Retry(key); owed.Add(key); break;
                case 4 when queue.Depth > 0: Start(); break;
                default: time.Advance(TimeSpan.FromSeconds(1)); Finish(); break;
            }
        }

        void Start()
        {
            var key = queue.TakeAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
            if (!working.Add(key))
                throw new InvalidOperationException("two workers on one key");
            owed.Remove(key);
        }

        void Finish()
        {
            if (working.Count == 0)
                return;
            var key = working.First();
            working.Remove(key);
            queue.Done(key);
        }
    }

    private async Task<NamespacedName> TakeAsync() => await _queue.TakeAsync(CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(120));
}
