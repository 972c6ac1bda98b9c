namespace ModelOperator.TrainingRuns;

/// <summary>Reasons of phases, conditions, attempts and events of a TrainingRun; stable, CamelCase. docs/training-runs.md lists them all.</summary>
public static class TrainingRunReasons
{
    /// <summary>A field of the spec is wrong; nothing is tried until the spec changes.</summary>
    public const string InvalidSpec = nameof(InvalidSpec);

    /// <summary>The estimate is written; the ledger has not answered yet.</summary>
    public const string WaitingForLedger = nameof(WaitingForLedger);

    /// <summary>No CarbonBudget of the namespace covers the run.</summary>
    public const string NoBudget = nameof(NoBudget);

    /// <summary>Every matching CarbonBudget holds the run's reserve.</summary>
    public const string Reserved = nameof(Reserved);

    /// <summary>The estimate fits the limit of a budget but not what is left; the run waits for room or for the next window.</summary>
    public const string CarbonBudgetExhausted = nameof(CarbonBudgetExhausted);

    /// <summary>No source knows the grid's carbon intensity, and a budget starts nothing without; the run waits.</summary>
    public const string IntensityUnavailable = nameof(IntensityUnavailable);

    /// <summary>The estimate is above a budget's whole limit; the run waits until the limit is raised.</summary>
    public const string CarbonBudgetTooSmall = nameof(CarbonBudgetTooSmall);

    /// <summary>Every dataset is there.</summary>
    public const string DatasetsFound = nameof(DatasetsFound);

    /// <summary>A dataset does not exist; looked up again every minute.</summary>
    public const string DatasetNotFound = nameof(DatasetNotFound);

    /// <summary>A dataset's bytes do not hash to the digest that the spec names.</summary>
    public const string DatasetDigestMismatch = nameof(DatasetDigestMismatch);

    /// <summary>A dataset breaks the rules of its validation, or cannot be read as what it should be.</summary>
    public const string DatasetInvalid = nameof(DatasetInvalid);

    /// <summary>The artifact store does not answer; tried again.</summary>
    public const string ArtifactStoreUnavailable = nameof(ArtifactStoreUnavailable);

    /// <summary>The attempt is written down; its Pod is about to be created.</summary>
    public const string AttemptDecided = nameof(AttemptDecided);

    /// <summary>An object that a child needs the name of belongs to somebody else.</summary>
    public const string NameConflict = nameof(NameConflict);

    /// <summary>The Pod exists and its containers are not running yet.</summary>
    public const string PodPending = nameof(PodPending);

    /// <summary>The scheduler finds no node.</summary>
    public const string Unschedulable = nameof(Unschedulable);

    /// <summary>An image cannot be pulled.</summary>
    public const string ImagePullFailed = nameof(ImagePullFailed);

    /// <summary>A container cannot be made, for example because a Secret's key is missing.</summary>
    public const string ContainerConfigError = nameof(ContainerConfigError);

    /// <summary>The fetcher loads and verifies the datasets.</summary>
    public const string FetchingDatasets = nameof(FetchingDatasets);

    /// <summary>The trainer runs.</summary>
    public const string TrainerRunning = nameof(TrainerRunning);

    /// <summary>The trainer is done; the result is hashed and uploaded.</summary>
    public const string PublishingArtifact = nameof(PublishingArtifact);

    /// <summary>The Pod is being deleted by somebody else; the attempt ends when it has stopped.</summary>
    public const string PodDeleted = nameof(PodDeleted);

    /// <summary>The Pod vanished without a trace of its end.</summary>
    public const string PodVanished = nameof(PodVanished);

    /// <summary>The Pod was evicted, preempted or refused by its node.</summary>
    public const string Evicted = nameof(Evicted);

    /// <summary>The node does not answer any more.</summary>
    public const string NodeLost = nameof(NodeLost);

    /// <summary>The trainer saved its state and gave way (exit code 75).</summary>
    public const string Yielded = nameof(Yielded);

    /// <summary>The trainer ended with an exit code that is worth another try.</summary>
    public const string RetryableExitCode = nameof(RetryableExitCode);

    /// <summary>Waiting before the next attempt.</summary>
    public const string BackOff = nameof(BackOff);

    /// <summary>The trainer ended with an exit code that another try would not change.</summary>
    public const string NonRetryableExitCode = nameof(NonRetryableExitCode);

    /// <summary>The trainer needed more memory than its limit.</summary>
    public const string OOMKilled = nameof(OOMKilled);

    /// <summary>The trainer failed more often than maxRetries allows.</summary>
    public const string BackoffLimitExceeded = nameof(BackoffLimitExceeded);

    /// <summary>The trainer did not start within deadlines.startSeconds.</summary>
    public const string StartDeadlineExceeded = nameof(StartDeadlineExceeded);

    /// <summary>The trainer ran longer than deadlines.activeSeconds, summed over attempts.</summary>
    public const string DeadlineExceeded = nameof(DeadlineExceeded);

    /// <summary>The publisher did not end within an hour.</summary>
    public const string PublishDeadlineExceeded = nameof(PublishDeadlineExceeded);

    /// <summary>The fetcher refused its settings or found no space.</summary>
    public const string FetchFailed = nameof(FetchFailed);

    /// <summary>The publisher failed for a reason that another try would not change.</summary>
    public const string PublishFailed = nameof(PublishFailed);

    /// <summary>The trainer wrote no result.json.</summary>
    public const string ResultMissing = nameof(ResultMissing);

    /// <summary>result.json is not what the trainer contract says.</summary>
    public const string ResultInvalid = nameof(ResultInvalid);

    /// <summary>result.json holds no metric.</summary>
    public const string ResultWithoutMetrics = nameof(ResultWithoutMetrics);

    /// <summary>The model that result.json names is not in the output folder.</summary>
    public const string ModelMissing = nameof(ModelMissing);

    /// <summary>The artifact is published; the Model has not given a number yet.</summary>
    public const string WaitingForVersionNumber = nameof(WaitingForVersionNumber);

    /// <summary>The number is given; the ModelVersion is being created.</summary>
    public const string CreatingModelVersion = nameof(CreatingModelVersion);

    /// <summary>The ModelVersion exists.</summary>
    public const string Registered = nameof(Registered);

    /// <summary>The artifact is published and output.register is false: done without a ModelVersion.</summary>
    public const string Published = nameof(Published);

    /// <summary>The result does not pass the gates of its Model; it is published, and no ModelVersion is made.</summary>
    public const string GateFailed = nameof(GateFailed);

    /// <summary>All done.</summary>
    public const string Succeeded = nameof(Succeeded);

    /// <summary>A person stopped the run by command.</summary>
    public const string StoppedByUser = nameof(StoppedByUser);

    /// <summary>The run is being deleted.</summary>
    public const string RunDeleted = nameof(RunDeleted);

    /// <summary>spec.suspend holds the run.</summary>
    public const string Suspended = nameof(Suspended);

    /// <summary>A person paused the run by command.</summary>
    public const string PausedByUser = nameof(PausedByUser);

    /// <summary>A CarbonBudget has no room for what the run still needs, and what was held is burnt.</summary>
    public const string PausedByBudget = nameof(PausedByBudget);

    /// <summary>The grid is dirty; the run goes on in the next clean time inside its deadline.</summary>
    public const string PausedForGrid = nameof(PausedForGrid);

    /// <summary>A run that was paused for the grid goes on.</summary>
    public const string ResumedForGrid = nameof(ResumedForGrid);

    /// <summary>The run needs more than its budgets hold for it, and one has no room.</summary>
    public const string ExtensionRefused = nameof(ExtensionRefused);

    /// <summary>What was held for the run is burnt, and its budget fails it.</summary>
    public const string CarbonBudgetExceeded = nameof(CarbonBudgetExceeded);

    /// <summary>The run goes on after a pause or a suspension.</summary>
    public const string Resumed = nameof(Resumed);

    /// <summary>A rule of the failure policy fails the run.</summary>
    public const string FailedByRule = nameof(FailedByRule);

    /// <summary>A rule of the failure policy has the attempt tried again.</summary>
    public const string RetriedByRule = nameof(RetriedByRule);

    /// <summary>A ModelVersion that was made from identical inputs is the result.</summary>
    public const string ReusedExisting = nameof(ReusedExisting);

    /// <summary>No Ready ModelVersion of the model was made from identical inputs.</summary>
    public const string NothingIdentical = nameof(NothingIdentical);

    /// <summary>The image is named by a tag: nothing can be said to be identical.</summary>
    public const string ImageNotPinned = nameof(ImageNotPinned);

    /// <summary>The digest of a dataset is not known before the run: nothing can be said to be identical.</summary>
    public const string DatasetNotPinned = nameof(DatasetNotPinned);

    /// <summary>The children of a finished run are gone, as spec.ttl says.</summary>
    public const string ChildrenExpired = nameof(ChildrenExpired);

    /// <summary>spec.ttl would delete the run, but Argo CD tracks it and would make it again.</summary>
    public const string TrackedByArgoCD = nameof(TrackedByArgoCD);

    /// <summary>Kueue has not admitted the Pods.</summary>
    public const string WaitingForQueue = nameof(WaitingForQueue);

    /// <summary>The namespace's limit of concurrent runs is reached; the run stands in line.</summary>
    public const string WaitingInLine = nameof(WaitingInLine);

    /// <summary>The namespace's limit of concurrent runs is no number.</summary>
    public const string NamespaceLimitInvalid = nameof(NamespaceLimitInvalid);

    /// <summary>The server has no scheduling gates; a queue cannot hold Pods back.</summary>
    public const string QueueingUnsupported = nameof(QueueingUnsupported);

    /// <summary>Not all Pods found a node in time; all were removed.</summary>
    public const string GangTimeout = nameof(GangTimeout);

    /// <summary>A start later is expected to cause less emissions; the run waits for it.</summary>
    public const string WaitingForLowCarbonWindow = nameof(WaitingForLowCarbonWindow);

    /// <summary>The cleaner time that the run waited for has come.</summary>
    public const string LowCarbonWindow = nameof(LowCarbonWindow);

    /// <summary>No later start is expected to be worth the wait.</summary>
    public const string NoCleanerWindow = nameof(NoCleanerWindow);

    /// <summary>The grid is as clean as the schedule asks for.</summary>
    public const string GridCleanEnough = nameof(GridCleanEnough);

    /// <summary>The latest start of the schedule has come, or was before the run.</summary>
    public const string LatestStartReached = nameof(LatestStartReached);

    /// <summary>Nothing is known to plan a start with.</summary>
    public const string ForecastUnavailable = nameof(ForecastUnavailable);

    /// <summary>The schedule asks for no wait.</summary>
    public const string ImmediateStart = nameof(ImmediateStart);

    /// <summary>Pods of an ended attempt have not stopped yet.</summary>
    public const string WaitingForOldPods = nameof(WaitingForOldPods);
}
