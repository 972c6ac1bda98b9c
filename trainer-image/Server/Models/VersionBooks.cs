using ModelOperator.ModelFormat;
using ModelOperator.Server.Feedback;
using ModelOperator.Server.Http;
using ModelOperator.Server.Metrics;
using ModelOperator.Server.PredictionLogs;
using ModelOperator.Server.Predictions;

namespace ModelOperator.Server.Models;

/// <summary>
/// What is kept of a version besides the model itself: its ids, its counters, and what truths are compared with. It outlives the model, for truths come late. It is left to the
/// collector and not disposed: a reply may still be written with its ids after two more versions have come.
/// </summary>
internal sealed class VersionBooks
{
    internal VersionBooks(ServerOptions options, TimeProvider time, string model, string version, PredictionLog? log = null)
    {
        (Model, Version, Log) = (model, version, log ?? PredictionLog.None);
        Ids = new PredictionIds(version, options.FeedbackKey);
        Metrics = new VersionMetrics(options, time, model, version);
        Judge = new FeedbackJudge(Ids, Metrics, Log);
        Reply = new PredictionReply(model, version, Ids, Log);
    }

    internal string Model { get; }

    internal string Version { get; }

    internal PredictionIds Ids { get; }

    internal VersionMetrics Metrics { get; }

    /// <summary>Takes sampled predictions; none of a version that is followed, whose token nobody has.</summary>
    internal PredictionLog Log { get; }

    internal FeedbackJudge Judge { get; }

    internal PredictionReply Reply { get; }

    /// <summary>What the version predicts; null before it was loaded.</summary>
    internal TargetDocument? Target { get; set; }

    /// <summary>Whether a client's name of a version is this one's: diamonds-7 is version 7 of diamonds.</summary>
    internal bool IsVersion(string text) => text == Version || Version == $"{Model}-{text}";
}
