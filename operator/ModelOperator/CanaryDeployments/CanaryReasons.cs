namespace ModelOperator.CanaryDeployments;

/// <summary>Reasons of phases, conditions, decisions and events; stable, CamelCase.</summary>
public static class CanaryReasons
{
    /// <summary>A field of the spec is wrong; the message names it.</summary>
    public const string InvalidSpec = nameof(InvalidSpec);

    /// <summary>Another CanaryDeployment serves the same Service.</summary>
    public const string ServiceConflict = nameof(ServiceConflict);

    /// <summary>versionRef names no ModelVersion.</summary>
    public const string VersionNotFound = nameof(VersionNotFound);

    /// <summary>The ModelVersion is not Ready.</summary>
    public const string VersionNotReady = nameof(VersionNotReady);

    /// <summary>The ModelVersion belongs to another Model.</summary>
    public const string WrongModel = nameof(WrongModel);

    /// <summary>The control of the A/B test is not the stable version.</summary>
    public const string ControlNotStable = nameof(ControlNotStable);

    /// <summary>The A/B test is measured.</summary>
    public const string StepExperiment = nameof(StepExperiment);

    /// <summary>An arm of the A/B test is shown to be better than the control.</summary>
    public const string WinnerFound = nameof(WinnerFound);

    /// <summary>The A/B test ended without a winner; the stable version stays.</summary>
    public const string NoWinner = nameof(NoWinner);

    /// <summary>Every arm of the A/B test is worse than the control, which stays.</summary>
    public const string ControlWon = nameof(ControlWon);

    /// <summary>The ModelVersion under test was deleted; traffic is left as it is.</summary>
    public const string VersionDeleted = nameof(VersionDeleted);

    /// <summary>A ModelVersion names other bytes than those that its Pods were made from; traffic is left as it is.</summary>
    public const string DigestChanged = nameof(DigestChanged);

    /// <summary>The first version is being deployed.</summary>
    public const string Deploying = nameof(Deploying);

    /// <summary>The first version serves.</summary>
    public const string Deployed = nameof(Deployed);

    /// <summary>The stable version serves all traffic.</summary>
    public const string Serving = nameof(Serving);

    /// <summary>The stable version has no replicas, for nobody asks; the gateway holds the next request.</summary>
    public const string ScaledToZero = nameof(ScaledToZero);

    /// <summary>The stable version had no replicas and is started; the gateway holds what comes meanwhile.</summary>
    public const string ScaledFromZero = nameof(ScaledFromZero);

    /// <summary>No Pod of the stable version is available.</summary>
    public const string StableUnavailable = nameof(StableUnavailable);

    /// <summary>The gateway has not confirmed its routes yet.</summary>
    public const string GatewayNotReady = nameof(GatewayNotReady);

    /// <summary>The API server lacks the kind of the router.</summary>
    public const string RouterNotInstalled = nameof(RouterNotInstalled);

    /// <summary>The route that trafficRouting names does not exist.</summary>
    public const string RouteNotFound = nameof(RouteNotFound);

    /// <summary>The route has no rule that splits between our two Services.</summary>
    public const string RouteInvalid = nameof(RouteInvalid);

    /// <summary>The router has not confirmed the weights yet.</summary>
    public const string RouteNotConfirmed = nameof(RouteNotConfirmed);

    /// <summary>A canary began.</summary>
    public const string CanaryStarted = nameof(CanaryStarted);

    /// <summary>The canary's Pods are not available yet.</summary>
    public const string WaitForPods = nameof(WaitForPods);

    /// <summary>The gateway has not taken the weights yet.</summary>
    public const string WaitForWeights = nameof(WaitForWeights);

    /// <summary>A pause step runs.</summary>
    public const string StepPause = nameof(StepPause);

    /// <summary>An analysis step runs.</summary>
    public const string StepAnalysis = nameof(StepAnalysis);

    /// <summary>A gate waits for a person.</summary>
    public const string StepGate = nameof(StepGate);

    /// <summary>A step was finished.</summary>
    public const string StepCompleted = nameof(StepCompleted);

    /// <summary>spec.suspend is true: nothing is done.</summary>
    public const string Suspended = nameof(Suspended);

    /// <summary>As many canaries of the namespace are under way as may be.</summary>
    public const string WaitForTurn = nameof(WaitForTurn);

    /// <summary>A person skipped all steps.</summary>
    public const string PromotedInFull = nameof(PromotedInFull);

    /// <summary>The version was stable a short while ago and skips the steps.</summary>
    public const string FastRollback = nameof(FastRollback);

    /// <summary>A person paused, by spec.paused or by command.</summary>
    public const string PausedByUser = nameof(PausedByUser);

    /// <summary>The provider of metrics does not answer: nobody knows, so nothing moves.</summary>
    public const string MetricsUnavailable = nameof(MetricsUnavailable);

    /// <summary>The analysis reached no verdict.</summary>
    public const string InconclusiveAnalysis = nameof(InconclusiveAnalysis);

    /// <summary>A metric failed and its onFailure is Pause.</summary>
    public const string MetricFailed = nameof(MetricFailed);

    /// <summary>The new version has all traffic and is watched; the old one is kept at full size.</summary>
    public const string Baking = nameof(Baking);

    /// <summary>All steps are done; traffic goes to the new version.</summary>
    public const string AllStepsCompleted = nameof(AllStepsCompleted);

    /// <summary>The new version is the stable one.</summary>
    public const string Promoted = nameof(Promoted);

    /// <summary>The canary's Pods did not become available in time.</summary>
    public const string ProgressDeadlineExceeded = nameof(ProgressDeadlineExceeded);

    /// <summary>Containers of the stable version's new Pods end again and again.</summary>
    public const string PodsCrash = nameof(PodsCrash);

    /// <summary>Nobody opened the gate in time.</summary>
    public const string GateTimedOut = nameof(GateTimedOut);

    /// <summary>A person aborted.</summary>
    public const string AbortedByUser = nameof(AbortedByUser);

    /// <summary>The canary was rolled back; sticky until versionRef changes or a retry command comes.</summary>
    public const string RolledBack = nameof(RolledBack);

    /// <summary>versionRef changed in the middle of a canary.</summary>
    public const string Superseded = nameof(Superseded);

    /// <summary>A command was acknowledged.</summary>
    public const string CommandAccepted = nameof(CommandAccepted);

    /// <summary>A command does not fit the phase, or is unknown.</summary>
    public const string CommandRejected = nameof(CommandRejected);
}
