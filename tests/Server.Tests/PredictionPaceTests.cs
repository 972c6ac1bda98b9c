using ModelOperator.Server.Models;

namespace ModelOperator.Server.Tests;

/// <summary>Which predictions keep the thread that they came on, and which would keep the other connections of that thread waiting.</summary>
public sealed class PredictionPaceTests(TwoModels models) : IClassFixture<TwoModels>
{
    [Fact]
    public void What_nobody_knows_yet_takes_long_and_then_the_least_counts()
    {
        var pace = new PredictionPace();
        Assert.True(pace.TakesLong(1));
        pace.Took(1, TimeSpan.FromMilliseconds(50));
        Assert.True(pace.TakesLong(1));
        pace.Took(100, TimeSpan.FromMicroseconds(100));
        Assert.Equal((false, false, true), (pace.TakesLong(1), pace.TakesLong(200), pace.TakesLong(201)));
        // The thread was taken off its processor: that is not the model's pace.
        pace.Took(1, TimeSpan.FromMilliseconds(4));
        Assert.False(pace.TakesLong(1));
        pace.Took(0, TimeSpan.FromSeconds(1));
        Assert.False(pace.TakesLong(1));
    }

    [Fact]
    public void A_pace_that_has_become_slower_is_believed_in_the_end()
    {
        var pace = new PredictionPace();
        pace.Took(1, TimeSpan.FromMicroseconds(1));
        var requests = 0;
        for (; !pace.TakesLong(1); requests++)
            pace.Took(1, TimeSpan.FromMilliseconds(1));
        Assert.InRange(requests, 2, 100);
    }

    [Fact]
    public void Many_rows_take_long_to_read_and_answer_however_fast_they_are_predicted()
    {
        var pace = new PredictionPace();
        pace.Took(10_000, TimeSpan.Zero);
        Assert.Equal((false, true), (pace.TakesLong(PredictionPace.ManyRows), pace.TakesLong(PredictionPace.ManyRows + 1)));
    }

    [Theory]
    // 0: walked trees. 1: libxgboost.
    [InlineData(0, 1, 1, 0)]
    [InlineData(0, 1, 257, 1)]
    [InlineData(0, 1_000, 1, 1)]
    [InlineData(1, 1, 1, 0)]
    [InlineData(1, 1_000, 1, 1)]
    public async Task Long_predictions_leave_the_thread_and_short_ones_do_not(int which, int microseconds, int count, int left)
    {
        var time = new SteppingTime(TimeSpan.FromMicroseconds(microseconds));
        using var model = await ServedModel.LoadAsync(models.Directories[which], null, null, null, new PredictorTerms(ServingDevice.Cpu, time), CancellationToken.None);
        using var rows = model.NewRows();
        for (var row = 0; row < count; row++)
            rows.Add().Fill(1);
        var (before, context) = (SynchronizationContext.Current, new CountingContext());
        ValueTask predicted;
        try
        {
            SynchronizationContext.SetSynchronizationContext(context);
            predicted = model.PredictAsync(rows, CancellationToken.None);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        await predicted;
        Assert.Equal(left, context.Posts);
    }

    /// <summary>A clock on which everything takes the same time.</summary>
    private sealed class SteppingTime(TimeSpan step) : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Add(ref _now, step.Ticks);
    }

    /// <summary>What goes on elsewhere is posted here.</summary>
    private sealed class CountingContext : SynchronizationContext
    {
        private int _posts;

        internal int Posts => Volatile.Read(ref _posts);

        public override void Post(SendOrPostCallback d, object? state)
        {
            Interlocked.Increment(ref _posts);
            ThreadPool.QueueUserWorkItem(_ => d(state));
        }
    }
}
