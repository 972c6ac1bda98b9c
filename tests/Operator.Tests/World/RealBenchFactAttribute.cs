namespace ModelOperator.Operator.Tests.World;

/// <summary>The part of a benchmark that plays on the real API server; only the benchmark asks for its rounds.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RealBenchFactAttribute : FactAttribute
{
    internal const string Rounds = "BENCH_REAL_ROUNDS";

    public RealBenchFactAttribute() => Skip =
        Environment.GetEnvironmentVariable(Rounds) is null ? "a part of tests/bench/budget-race" : new RealClusterFactAttribute().Skip;
}
