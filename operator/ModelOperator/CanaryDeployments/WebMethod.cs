namespace ModelOperator.CanaryDeployments;

/// <summary>Method of a request for a metric.</summary>
public enum WebMethod
{
    /// <summary>A read.</summary>
    GET,

    /// <summary>A query in a body.</summary>
    POST,
}
