namespace ModelOperator.Registry;

/// <summary>The database's schema is not one that this operator may write to. The message says what to do.</summary>
/// <param name="message">What was found and what to do.</param>
public sealed class RegistrySchemaException(string message) : Exception(message);
