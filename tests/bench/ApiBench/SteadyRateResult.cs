namespace ModelOperator.ApiBench;

/// <summary>Latencies of requests from the moment they were due, in milliseconds.</summary>
internal sealed record SteadyRateResult(int Requests, int Refused, string? FirstRefusal, double P50, double P99, double Max);
