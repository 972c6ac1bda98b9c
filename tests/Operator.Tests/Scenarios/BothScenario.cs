using ModelOperator.Operator.Tests.World;

namespace ModelOperator.Operator.Tests.Scenarios;

/// <summary>Several stories at once in one namespace.</summary>
/// <param name="parts">Stories.</param>
internal sealed class BothScenario(params IScenario[] parts) : IScenario
{
    public async Task BeginAsync(ToyWorld world)
    {
        foreach (var part in parts)
            await part.BeginAsync(world);
    }

    public async Task<string?> MissingAsync(ToyWorld world)
    {
        var missing = new List<string>();
        foreach (var part in parts)
            if (await part.MissingAsync(world) is { } text)
                missing.Add(text);
        return missing.Count == 0 ? null : string.Join("; ", missing);
    }
}
