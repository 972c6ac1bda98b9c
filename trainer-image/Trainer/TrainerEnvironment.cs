using System.Collections;
using System.Globalization;

namespace ModelOperator.Trainer;

/// <summary>What the trainer contract passes by environment variables.</summary>
public sealed record TrainerEnvironment
{
    private const string ParameterPrefix = "MODELOP_PARAM_";

    public required string DatasetDirectory { get; init; }

    public required string OutputDirectory { get; init; }

    public string? ParametersFile { get; init; }

    public string? CheckpointDirectory { get; init; }

    public string? ResumeFrom { get; init; }

    /// <summary>How often state is to be saved; null: on SIGTERM only, or as the parameter checkpointEveryRounds says.</summary>
    public TimeSpan? CheckpointInterval { get; init; }

    public string? MetricsFile { get; init; }

    public string? TerminationLog { get; init; }

    public string? StatusUrl { get; init; }

    public string? StatusTokenFile { get; init; }

    public string? StatusCaFile { get; init; }

    /// <summary>Values of MODELOP_PARAM_* by the rest of the name.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Reads the contract's variables; an empty value counts as absent.</summary>
    /// <exception cref="TrainerException">A required variable is missing.</exception>
    public static TrainerEnvironment Read(IDictionary variables)
    {
        string? Get(string name) => variables[name] is string { Length: > 0 } value ? value : null;
        string Need(string name) => Get(name)
            ?? throw TrainerException.Usage($"environment variable {name} is not set: the trainer contract needs MODELOP_DATASET_DIR and MODELOP_OUTPUT_DIR");
        return new TrainerEnvironment
        {
            DatasetDirectory = Need("MODELOP_DATASET_DIR"),
            OutputDirectory = Need("MODELOP_OUTPUT_DIR"),
            ParametersFile = Get("MODELOP_PARAMS_FILE"),
            CheckpointDirectory = Get("MODELOP_CHECKPOINT_DIR"),
            ResumeFrom = Get("MODELOP_RESUME_FROM"),
            CheckpointInterval = Interval(Get("MODELOP_CHECKPOINT_INTERVAL_SECONDS")),
            MetricsFile = Get("MODELOP_METRICS_FILE"),
            TerminationLog = Get("MODELOP_TERMINATION_LOG") ?? "/dev/termination-log",
            StatusUrl = Get("KUBEFLOW_TRAINER_SERVER_URL"),
            StatusTokenFile = Get("KUBEFLOW_TRAINER_SERVER_TOKEN"),
            StatusCaFile = Get("KUBEFLOW_TRAINER_SERVER_CA_CERT"),
            Parameters = variables.Cast<DictionaryEntry>()
                .Where(entry => entry.Key is string name && name.StartsWith(ParameterPrefix, StringComparison.Ordinal) && name.Length > ParameterPrefix.Length)
                .ToDictionary(entry => ((string)entry.Key)[ParameterPrefix.Length..], entry => (string?)entry.Value ?? "", StringComparer.Ordinal),
        };
    }

    private static TimeSpan? Interval(string? text)
    {
        if (text is null)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 86400
            ? TimeSpan.FromSeconds(seconds)
            : throw TrainerException.Usage($"environment variable MODELOP_CHECKPOINT_INTERVAL_SECONDS is '{text}': whole seconds from 1 to 86400 are allowed");
    }
}
