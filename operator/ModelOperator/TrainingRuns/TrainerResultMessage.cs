using System.Text;
using ModelOperator.Artifacts;

namespace ModelOperator.TrainingRuns;

/// <summary>The result of a trainer that wrote it as its termination message instead of result.json. Only the operator sees that message, only the publisher the model. Pure.</summary>
internal static class TrainerResultMessage
{
    /// <summary>What the publisher reported, completed by the message; null where it holds no result that fits.</summary>
    /// <param name="report">Report of a publisher that found no result.json.</param>
    /// <param name="message">The trainer's termination message.</param>
    /// <param name="reason">Reason, where it is null.</param>
    /// <param name="problem">What is wrong, where it is null.</param>
    internal static PublishReport? Complete(PublishReport report, string? message, out string reason, out string problem)
    {
        reason = TrainingRunReasons.ResultMissing;
        problem = "The trainer wrote neither result.json nor a termination message with its result.";
        if (string.IsNullOrWhiteSpace(message))
            return null;
        try
        {
            var result = TrainerResultReader.Parse(Encoding.UTF8.GetBytes(message), requireMetrics: report.Metrics.Count == 0, PublishCommand.DefaultModel);
            reason = TrainingRunReasons.ResultInvalid;
            if (result.ModelPath != PublishCommand.DefaultModel)
                problem = $"The result in the trainer's termination message: model.path must be {PublishCommand.DefaultModel}; another one needs result.json.";
            else if (result.ModelDigest is { } digest && digest.ToString() != report.Model.Digest)
                problem = $"The result in the trainer's termination message: model.digest is {digest}, but the model hashes to {report.Model.Digest}.";
            else
            {
                return report with
                {
                    Model = report.Model with { Format = result.Format },
                    Metrics = result.Metrics.Count > 0 ? new Dictionary<string, double>(result.Metrics) : report.Metrics,
                    Samples = result.Samples,
                    Device = result.Device,
                    Usage = result.Usage,
                };
            }
        }
        catch (TransferException refused)
        {
            reason = refused.Reason;
            problem = $"The trainer wrote no result.json, and its termination message is none either: {refused.Message}";
        }

        return null;
    }
}
