namespace ModelOperator.RegistryApi;

/// <summary>Type of a member of an answer.</summary>
public enum ApiType
{
    Text,
    Integer,

    /// <summary>A number that need not be whole.</summary>
    Number,

    Boolean,
    Time,

    /// <summary>An object.</summary>
    Map,

    /// <summary>An array.</summary>
    List,
}
