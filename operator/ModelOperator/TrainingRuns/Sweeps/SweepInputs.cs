using System.Security.Cryptography;
using System.Text.Json;

namespace ModelOperator.TrainingRuns.Sweeps;

/// <summary>What all trials of a sweep are made from, as a digest: where no webhook guards the spec, a change is noticed all the same. Pure.</summary>
internal static class SweepInputs
{
    /// <summary>First 64 bits of the SHA-256 of the fields that must not change between two trials, in hexadecimal.</summary>
    internal static string Digest(TrainingRunSpec spec)
    {
        // Only named fields: one that a later version of the operator adds with a default would look like a change.
        var inputs = new TrainingRunSpec
        {
            ModelName = spec.ModelName,
            Image = spec.Image,
            Command = spec.Command,
            Args = spec.Args,
            Env = spec.Env,
            Params = spec.Params is null ? null : new SortedDictionary<string, string>(spec.Params.ToDictionary(), StringComparer.Ordinal),
            Datasets = spec.Datasets,
            Sweep = spec.Sweep is { } sweep ? sweep with { Parallelism = 0, MaxFailedTrials = 0 } : null,
        };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(inputs, TrainingRunsJson.Default.TrainingRunSpec)).AsSpan(0, 8));
    }
}
