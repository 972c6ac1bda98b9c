using ModelOperator.Fakes;
using ModelOperator.Server.Models;
using ModelOperator.Server.Rows;

namespace ModelOperator.Server.Tests;

/// <summary>Requests that go to a GPU together. The GPU is one that doubles, counts, and works when it is told to.</summary>
public sealed class BatchingPredictorTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly ToyDevice _device = new();
    private BatchingPredictor? _predictor;

    public void Dispose()
    {
        _predictor?.Dispose();
        _device.Dispose();
    }

    [Fact]
    public async Task What_came_while_the_GPU_was_busy_goes_together_in_its_order()
    {
        _predictor = Of(rows: 100);
        var first = AskAsync(1, 2);
        await _device.CalledAsync();
        var others = new[] { AskAsync(3), AskAsync(4, 5, 6), AskAsync(7) };
        _device.Answer();
        await AnsweredAsync(first, 2, 4);
        await _device.CalledAsync();
        _device.Answer();
        await AnsweredAsync(others[0], 6);
        await AnsweredAsync(others[1], 8, 10, 12);
        await AnsweredAsync(others[2], 14);
        Assert.Equal(["1 2", "3 4 5 6 7"], _device.Calls);
        Assert.Equal(2, _predictor.Calls);
    }

    [Fact]
    public async Task A_batch_has_at_most_so_many_rows_and_a_larger_request_goes_alone_in_parts()
    {
        _predictor = Of(rows: 4);
        List<Task<float[]>> all = [AskAsync(0)];
        await _device.CalledAsync();
        all.AddRange(AskAsync(1, 2, 3), AskAsync(4, 5), AskAsync(6, 7), AskAsync(8), AskAsync(9, 10, 11, 12, 13, 14, 15, 16, 17), AskAsync(18));
        _device.AnswerAll();
        Assert.Equal(Enumerable.Range(0, 19).Select(static row => 2f * row), (await Task.WhenAll(all)).SelectMany(static row => row));
        Assert.Equal(["0", "1 2 3", "4 5 6 7", "8", "9 10 11 12", "13 14 15 16", "17", "18"], _device.Calls);
    }

    [Fact]
    public async Task A_free_GPU_waits_for_others_as_long_as_it_is_told_and_no_longer()
    {
        var time = new FakeTimeProvider();
        _predictor = Of(rows: 4, time, delay: 5);
        _device.AnswerAll();
        var first = AskAsync(1);
        time.Advance(TimeSpan.FromMilliseconds(3));
        var second = AskAsync(2);
        Assert.Equal(0, _predictor.Calls);
        time.Advance(TimeSpan.FromMilliseconds(2));
        await AnsweredAsync(first, 2);
        await AnsweredAsync(second, 4);
        Assert.Equal(["1 2"], _device.Calls);
        Assert.Equal(0, time.Armed);
        var third = AskAsync(3);
        time.Advance(TimeSpan.FromMilliseconds(5));
        await AnsweredAsync(third, 6);
    }

    [Fact]
    public async Task A_full_batch_waits_for_nothing()
    {
        _predictor = Of(rows: 3, new FakeTimeProvider(), delay: 1000);
        _device.AnswerAll();
        var first = AskAsync(1);
        Assert.Equal(0, _predictor.Calls);
        await AnsweredAsync(AskAsync(2, 3), 4, 6);
        await AnsweredAsync(first, 2);
        Assert.Equal(["1 2 3"], _device.Calls);
    }

    [Fact]
    public async Task Who_waited_out_the_delay_while_the_GPU_was_busy_waits_for_no_more_than_that()
    {
        var time = new FakeTimeProvider();
        _predictor = Of(rows: 10, time, delay: 5);
        var first = AskAsync(1);
        time.Advance(TimeSpan.FromMilliseconds(5));
        await _device.CalledAsync();
        var second = AskAsync(2);
        time.Advance(TimeSpan.FromMilliseconds(7));
        _device.AnswerAll();
        await AnsweredAsync(first, 2);
        await AnsweredAsync(second, 4);
    }

    [Fact]
    public async Task A_request_that_went_away_is_left_out_and_the_next_one_has_its_own_time()
    {
        var time = new FakeTimeProvider();
        _predictor = Of(rows: 3, time, delay: 5);
        using var gone = new CancellationTokenSource();
        _device.AnswerAll();
        var first = AskAsync([1, 2], gone.Token);
        time.Advance(TimeSpan.FromMilliseconds(3));
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        // With the two rows of the first it would be full.
        var second = AskAsync(3, 4);
        time.Advance(TimeSpan.FromMilliseconds(2));
        await ArmedAsync(time);
        Assert.Equal(0, _predictor.Calls);
        time.Advance(TimeSpan.FromMilliseconds(3));
        await AnsweredAsync(second, 6, 8);
        Assert.Equal(["3 4"], _device.Calls);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AskAsync([5], gone.Token));
    }

    [Fact]
    public async Task A_request_that_goes_away_while_it_is_predicted_ends_with_the_batch()
    {
        _predictor = Of(rows: 4);
        using var gone = new CancellationTokenSource();
        var first = AskAsync([1], gone.Token);
        await _device.CalledAsync();
        await gone.CancelAsync();
        // Its memory is being read.
        Assert.False(first.IsCompleted);
        _device.Answer();
        await AnsweredAsync(first, 2);
    }

    [Fact]
    public async Task A_failure_is_told_to_all_of_its_batch_and_counted_until_one_succeeds()
    {
        List<(string, int)> failures = [];
        _predictor = Of(rows: 4, failed: (failure, inARow) => failures.Add((failure.Message, inARow)));
        var first = AskAsync(1);
        await _device.CalledAsync();
        var bad = new[] { AskAsync(ToyDevice.Bad), AskAsync(2), AskAsync(3) };
        _device.AnswerAll();
        await AnsweredAsync(first, 2);
        foreach (var task in bad)
            Assert.Equal("the GPU failed: out of memory", (await Assert.ThrowsAsync<DeviceFailedException>(() => task)).Message);
        await Assert.ThrowsAsync<DeviceFailedException>(() => AskAsync(ToyDevice.Bad));
        await AnsweredAsync(AskAsync(4), 8);
        await Assert.ThrowsAsync<DeviceFailedException>(() => AskAsync(ToyDevice.Bad));
        Assert.Equal([("out of memory", 1), ("out of memory", 2), ("out of memory", 1)], failures);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Under_load_every_request_gets_its_own_predictions_and_the_GPU_does_one_thing_at_a_time(int delay)
    {
        _predictor = Of(rows: 16, delay: delay);
        _device.AnswerAll();
        var answered = await Task.WhenAll(Enumerable.Range(0, 16).Select(client => Task.Run(async () =>
        {
            var random = new Random(client);
            var count = 0;
            for (var request = 0; request < 50; request++)
            {
                var rows = Enumerable.Range(0, random.Next(1, 40)).Select(_ => (float)random.Next(10_000)).ToArray();
                using var token = new CancellationTokenSource();
                var asked = AskAsync(rows, token.Token);
                if (random.Next(4) == 0)
                    await token.CancelAsync();
                try
                {
                    Assert.Equal(rows.Select(static row => 2 * row), await asked.WaitAsync(Patience));
                    count++;
                }
                catch (OperationCanceledException) when (token.IsCancellationRequested)
                {
                    // It was not in a batch yet.
                }
            }

            return count;
        })));
        Assert.InRange(answered.Sum(), 1, 800);
        Assert.True(_device.MostRows <= 16 && _device.MostAtOnce == 1, $"{_device.MostRows} rows, {_device.MostAtOnce} at once");
        Assert.Equal(_device.Calls.Count, _predictor.Calls);
    }

    private BatchingPredictor Of(int rows, TimeProvider? time = null, int delay = 0, Action<Exception, int>? failed = null) =>
        new(_device, 1, 1, new PredictorTerms(ServingDevice.Cuda, time ?? TimeProvider.System)
        {
            BatchRows = rows,
            BatchDelay = TimeSpan.FromMilliseconds(delay),
            Failed = failed ?? (static (_, _) => { }),
        });

    private Task<float[]> AskAsync(params float[] rows) => AskAsync(rows, CancellationToken.None);

    private async Task<float[]> AskAsync(float[] rows, CancellationToken cancellationToken)
    {
        using var buffer = new RowBuffer(1, 1);
        foreach (var row in rows)
            buffer.Add()[0] = row;
        await _predictor!.PredictAsync(buffer, cancellationToken);
        return buffer.Predictions.ToArray();
    }

    private static async Task AnsweredAsync(Task<float[]> asked, params float[] expected) => Assert.Equal(expected, await asked.WaitAsync(Patience));

    private static async Task ArmedAsync(FakeTimeProvider time)
    {
        for (var began = TimeProvider.System.GetTimestamp(); time.Armed == 0; await Task.Delay(1))
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, "no timer was set");
    }

    private sealed class ToyDevice : IDeviceModel
    {
        internal const float Bad = -1;

        private readonly SemaphoreSlim _called = new(0);
        private readonly SemaphoreSlim _answers = new(0);
        private int _atOnce;

        /// <summary>Rows of each call, with spaces between them.</summary>
        internal List<string> Calls { get; } = [];

        internal int MostRows { get; private set; }

        internal int MostAtOnce { get; private set; }

        public string Name => "toy";

        public SampleTolerance Tolerance => SampleTolerance.Exact;

        public void Predict(ReadOnlySpan<float> rows, Span<float> predictions)
        {
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _atOnce));
            MostRows = Math.Max(MostRows, rows.Length);
            Calls.Add(string.Join(' ', rows.ToArray()));
            _called.Release();
            Assert.True(_answers.Wait(Patience), "nobody let the GPU answer");
            Interlocked.Decrement(ref _atOnce);
            if (rows.Contains(Bad))
                throw new InvalidOperationException("out of memory");
            for (var i = 0; i < rows.Length; i++)
                predictions[i] = 2 * rows[i];
        }

        internal async Task CalledAsync() => Assert.True(await _called.WaitAsync(Patience), "the GPU was not asked");

        internal void Answer() => _answers.Release();

        internal void AnswerAll() => _answers.Release(1_000_000);

        public void Dispose()
        {
            _called.Dispose();
            _answers.Dispose();
        }
    }
}
