using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Output;

namespace ModelOperator.Trainer.Optimising;

/// <summary>What came of optimising.</summary>
/// <param name="Variants">Those that lose no more than is allowed, with their files.</param>
/// <param name="Document">All that was tried.</param>
internal sealed record Optimised(IReadOnlyList<(VariantDocument Variant, byte[] Content)> Variants, OptimisationDocument Document)
{
    /// <summary>The measurements as metrics of the run: variant_NAME_what, also of the original.</summary>
    internal IEnumerable<(string Name, double Value)> Metrics()
    {
        foreach (var model in Document.Models)
        {
            (string What, double? Value)[] all =
            [
                ("size_bytes", model.SizeBytes),
                ("memory_bytes", model.MemoryBytes),
                ("latency_ms_p50", model.LatencyMsP50),
                ("latency_ms_p99", model.LatencyMsP99),
                ("batch100_ms_p50", model.Batch100MsP50),
                ("cpu_ms_per_1000", model.CpuMsPer1000),
                ("joules_per_1000", model.JoulesPer1000),
                ("loss", model.Loss),
                ("meets_targets", model.Meets is { } meets ? meets ? 1 : 0 : null),
            ];
            foreach (var (what, value) in all)
            {
                if (value is { } number)
                    yield return ($"variant_{model.Name.Replace('-', '_')}_{what}", number);
            }
        }
    }
}
