using Microsoft.Extensions.Logging;
using ModelOperator.Kubernetes.Runtime.Metrics;

namespace ModelOperator.Kubernetes.Runtime.Admission;

/// <summary>What every admission endpoint shares.</summary>
/// <param name="Options">Bounds.</param>
/// <param name="Time">Clock of the deadline.</param>
/// <param name="Metrics">Measurements.</param>
/// <param name="Logger">Log.</param>
public sealed record AdmissionServices(AdmissionOptions Options, TimeProvider Time, RuntimeMetrics Metrics, ILogger<AdmissionServices> Logger);
