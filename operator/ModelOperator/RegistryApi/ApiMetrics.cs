using System.Diagnostics.Metrics;
using System.Globalization;

namespace ModelOperator.RegistryApi;

/// <summary>Measurements of the API. Thread-safe.</summary>
public sealed class ApiMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ModelOperator.RegistryApi";

    private readonly Meter meter = new(MeterName);
    private readonly Histogram<double> requests;

    /// <summary>Makes the meter.</summary>
    public ApiMetrics() => requests = meter.CreateHistogram<double>("modelop_api_request_seconds", "s", "Requests by operation and status code.");

    /// <summary>A request was answered.</summary>
    /// <param name="operation">Name of the operation.</param>
    /// <param name="status">Status code.</param>
    /// <param name="took">Time that it took.</param>
    public void Answered(string operation, int status, TimeSpan took) => requests.Record(
        took.TotalSeconds, new KeyValuePair<string, object?>("operation", operation), new KeyValuePair<string, object?>("code", status.ToString(CultureInfo.InvariantCulture)));

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();
}
