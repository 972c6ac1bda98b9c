namespace ModelOperator.EnergyAgent;

/// <summary>Looks at the node every few seconds. A source that fails is told once and tried again at every look; the others go on.</summary>
public sealed partial class AgentSampler : BackgroundService
{
    private static readonly TimeSpan NvmlRetry = TimeSpan.FromMinutes(1);

    private readonly AgentOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<AgentSampler> log;
    private readonly RaplReader rapl;
    private readonly RaplTotals totals = new();
    private readonly PodResourcesClient kubelet;
    private readonly SortedDictionary<string, string?> problems = new(StringComparer.Ordinal);
    private NvmlLibrary? nvml;
    private DateTimeOffset nvmlDue;
    private volatile AgentPicture picture;

    /// <summary>Prepares the sampler.</summary>
    public AgentSampler(AgentOptions options, TimeProvider time, ILogger<AgentSampler> log)
    {
        this.options = options;
        this.time = time;
        this.log = log;
        rapl = new(options.Powercap);
        kubelet = new(options.PodResources);
        picture = new AgentPicture { Node = options.Node };
    }

    /// <summary>The last look.</summary>
    public AgentPicture Picture => picture;

    /// <summary>Looks once.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var gpus = Gpus();
        var zones = rapl.Read();
        Say("rapl", zones.Count == 0
            ? $"no RAPL: {options.Powercap} has no domain"
            : zones.All(z => z.Microjoules is null) ? $"no RAPL: the counters under {options.Powercap} are readable by root only" : null);
        var holders = gpus.Count > 0 ? await HoldersAsync(cancellationToken) : [];
        picture = new AgentPicture
        {
            Node = options.Node,
            Gpus = gpus,
            Holders = holders,
            Zones = zones,
            RaplJoules = totals.Add(zones, time.GetUtcNow()),
            Sources = new SortedDictionary<string, string?>(problems, StringComparer.Ordinal),
        };
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        nvml?.Dispose();
        kubelet.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Interval, time);
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

    private IReadOnlyList<GpuReading> Gpus()
    {
        try
        {
            if (nvml is null && time.GetUtcNow() < nvmlDue)
                return [];
            nvml ??= NvmlLibrary.Open(options.Nvml);
            var gpus = nvml.Read();
            Say("nvml", null);
            return gpus;
        }
        catch (NvmlException missing)
        {
            nvml?.Dispose();
            nvml = null;
            nvmlDue = time.GetUtcNow() + NvmlRetry;
            Say("nvml", missing.Message);
            return [];
        }
    }

    private async Task<IReadOnlyList<DeviceHolder>> HoldersAsync(CancellationToken cancellationToken)
    {
        try
        {
            var holders = await kubelet.HoldersAsync(cancellationToken);
            Say("kubelet", null);
            return holders;
        }
        catch (Exception away) when (away is HttpRequestException or IOException or FormatException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            Say("kubelet", $"the kubelet cannot be asked who holds the GPUs: {away.Message}");
            return [];
        }
    }

    private void Say(string source, string? problem)
    {
        var known = problems.TryGetValue(source, out var before);
        problems[source] = problem;
        if (known && before == problem)
            return;
        if (problem is null)
            LogUp(source);
        else
            LogProblem(source, problem);
    }

    [LoggerMessage(2740, LogLevel.Information, "Energy source {Source} is read")]
    private partial void LogUp(string source);

    [LoggerMessage(2741, LogLevel.Warning, "Energy source {Source}: {Problem}")]
    private partial void LogProblem(string source, string problem);
}
