namespace ModelOperator.Registry;

/// <summary>What a process may do with the history.</summary>
public enum RegistryRights
{
    /// <summary>Write, and migrate the schema.</summary>
    Owner,

    /// <summary>Write rows; the schema must be there.</summary>
    Write,

    /// <summary>Read, in sessions that cannot write; the schema must be there.</summary>
    Read,
}
