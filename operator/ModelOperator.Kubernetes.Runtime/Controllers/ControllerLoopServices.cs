using Microsoft.Extensions.Logging;
using ModelOperator.Kubernetes.Runtime.Metrics;
using ModelOperator.Kubernetes.Runtime.Queueing;

namespace ModelOperator.Kubernetes.Runtime.Controllers;

/// <summary>What every controller loop shares.</summary>
internal sealed record ControllerLoopServices(TimeProvider Time, Func<double> Jitter, TokenBucket Retries, RuntimeMetrics Metrics, ILogger Logger);
