namespace ModelOperator.Registry;

/// <summary>What became of rows.</summary>
public enum RegistryWriteResult
{
    /// <summary>Committed.</summary>
    Written,

    /// <summary>The database cannot be used now; the same rows may be tried again.</summary>
    Away,

    /// <summary>The database is well and refused these rows: they break a rule of the schema.</summary>
    Rejected,
}
