using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ModelOperator.Trainer.Tests;

/// <summary>Runs the trainer, with libxgboost and all, on generated data in a temporary folder.</summary>
internal sealed class TrainerHarness : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    internal TrainerHarness(string? data = null) => _folder.Write("dataset/train/data.csv", data ?? SyntheticData());

    internal string Output => Path.Combine(_folder.Path, "output");

    internal string Checkpoint => Path.Combine(_folder.Path, "checkpoint");

    internal string MetricsFile => Path.Combine(_folder.Path, "metrics.jsonl");

    internal string TerminationLog => Path.Combine(_folder.Path, "termination");

    internal string Log { get; private set; } = "";

    internal string Errors { get; private set; } = "";

    /// <summary>y = 10 size² + 5 rank(grade) − 3 age (8 where missing), without noise; 4 grades, some ages missing.</summary>
    internal static string SyntheticData(int rows = 1500)
    {
        string[] grades = ["good", "fair", "best", "poor"];
        int[] ranks = [2, 1, 3, 0];
        var text = new StringBuilder("size,grade,age,y\n");
        for (var i = 0; i < rows; i++)
        {
            var size = i * 37 % 101 / 25.0;
            var grade = i * 13 % 4;
            var age = i * 29 % 17;
            var isMissing = i % 11 == 0;
            var y = (10 * size * size) + (5 * ranks[grade]) - (3 * (isMissing ? 8 : age));
            text.Append(CultureInfo.InvariantCulture, $"{size},{grades[grade]},{(isMissing ? "" : age.ToString(CultureInfo.InvariantCulture))},{y}\n");
        }

        return text.ToString();
    }

    internal Hashtable Variables(params (string Name, string Value)[] parameters)
    {
        var variables = new Hashtable
        {
            ["MODELOP_DATASET_DIR"] = Path.Combine(_folder.Path, "dataset"),
            ["MODELOP_OUTPUT_DIR"] = Output,
            ["MODELOP_CHECKPOINT_DIR"] = Checkpoint,
            ["MODELOP_METRICS_FILE"] = MetricsFile,
            ["MODELOP_TERMINATION_LOG"] = TerminationLog,
            ["MODELOP_PARAM_TARGET"] = "y",
            ["MODELOP_PARAM_ROUNDS"] = "40",
            ["MODELOP_PARAM_NTHREAD"] = "2",
            ["MODELOP_PARAM_LOG_EVERY_ROUNDS"] = "1",
        };
        foreach (var (name, value) in parameters)
        {
            // An empty value takes a default back.
            variables[name.StartsWith("MODELOP_", StringComparison.Ordinal) || name.StartsWith("KUBEFLOW_", StringComparison.Ordinal) ? name : "MODELOP_PARAM_" + name] = value;
            if (value.Length == 0)
                variables.Remove("MODELOP_PARAM_" + name);
        }

        return variables;
    }

    internal Task<int> RunAsync(params (string Name, string Value)[] parameters) => RunAsync(null, parameters);

    /// <param name="stopAt">A log line that makes the run stop, as SIGTERM would.</param>
    /// <param name="parameters">Parameters in capitals, or whole variables.</param>
    internal Task<int> RunAsync(string? stopAt, params (string Name, string Value)[] parameters) => RunAsync(TimeProvider.System, stopAt, parameters);

    /// <summary>The same by another clock.</summary>
    internal async Task<int> RunAsync(TimeProvider time, string? stopAt, params (string Name, string Value)[] parameters)
    {
        using var stop = new CancellationTokenSource();
        await using var log = new StoppingWriter(stopAt, stop);
        await using var errors = new StringWriter();
        var code = await TrainerProgram.RunAsync(Variables(parameters), time, log, errors, stop.Token);
        (Log, Errors) = (log.ToString(), errors.ToString());
        return code;
    }

    internal JsonElement Result() => JsonElement.Parse(File.ReadAllText(Path.Combine(Output, "result.json")));

    internal string Digest() => Result().GetProperty("model").GetProperty("digest").GetString()!;

    public void Dispose() => _folder.Dispose();

    private sealed class StoppingWriter(string? stopAt, CancellationTokenSource stop) : StringWriter(CultureInfo.InvariantCulture)
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (stopAt is not null && value?.StartsWith(stopAt, StringComparison.Ordinal) == true)
                stop.Cancel();
        }
    }
}
