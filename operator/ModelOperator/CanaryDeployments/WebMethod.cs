using System.Diagnostics.CodeAnalysis;

namespace ModelOperator.CanaryDeployments;

/// <summary>Method of a request for a metric.</summary>
[SuppressMessage("Naming", "CA1711:Identifiers should not have incorrect suffix", Justification = "HTTP's own names.")]
public enum WebMethod
{
    /// <summary>A read.</summary>
    GET,

    /// <summary>A query in a body.</summary>
    POST,
}
