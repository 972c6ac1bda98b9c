namespace ModelOperator.ApiBench;

/// <summary>Latencies from an object's appearance to its first Pod's, in seconds; the rate is Pods per second from the first request to the last Pod.</summary>
internal sealed record FollowingResult(int Objects, int Pods, double CreateSeconds, double Seconds, double P50, double P99, double Rate);
