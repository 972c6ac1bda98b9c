using System.Net;

namespace ModelOperator.Metrics;

/// <summary>What came of one request to Prometheus.</summary>
/// <param name="Body">JSON: data, or an error that says what is wrong with the query; null when there was no such answer.</param>
/// <param name="Status">HTTP status that carried no JSON of Prometheus', or null.</param>
/// <param name="Problem">What happened instead, as the end of a sentence that begins with who was asked; empty with a body.</param>
/// <param name="IsTooLarge">Whether the answer was longer than the limit.</param>
/// <param name="IsUnreachable">Whether the connection could not be made, or broke.</param>
internal readonly record struct PrometheusAnswer(byte[]? Body, HttpStatusCode? Status = null, string Problem = "", bool IsTooLarge = false, bool IsUnreachable = false);
