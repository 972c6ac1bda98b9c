namespace ModelOperator.GridSources;

/// <summary>Keeps the zones fresh, on every replica: the webhook estimates on all of them.</summary>
/// <param name="knowledge">What is kept fresh.</param>
/// <param name="options">Settings.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Log.</param>
public sealed partial class GridRefresher(GridKnowledge knowledge, GridSourceOptions options, TimeProvider time, ILogger<GridRefresher> log) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Chain.Count == 0)
            return;
        using var timer = new PeriodicTimer(options.Refresh, time);
        try
        {
            do
                await LookAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await knowledge.RefreshAsync(cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(failure);
        }
    }

    [LoggerMessage(2702, LogLevel.Error, "A look at the intensity sources failed; the next comes at its time")]
    private partial void LogFailed(Exception failure);
}
