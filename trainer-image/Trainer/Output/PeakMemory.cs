using System.Globalization;

namespace ModelOperator.Trainer.Output;

/// <summary>The highest resident set of this process, in bytes.</summary>
internal static class PeakMemory
{
    private const string Status = "/proc/self/status";
    private const string Name = "VmHWM:";

    // Process.PeakWorkingSet64 says the same, after a look at every thread.
    internal static long Read()
    {
        if (!File.Exists(Status))
            return Environment.WorkingSet;
        foreach (var line in File.ReadLines(Status))
        {
            if (line.StartsWith(Name, StringComparison.Ordinal) && long.TryParse(line.AsSpan(Name.Length).TrimEnd("kB "), CultureInfo.InvariantCulture, out var kibibytes))
                return kibibytes * 1024;
        }

        return Environment.WorkingSet;
    }
}
