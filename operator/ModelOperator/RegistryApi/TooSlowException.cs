namespace ModelOperator.RegistryApi;

/// <summary>PostgreSQL ended a statement that took too long; the database itself is there.</summary>
/// <param name="inner">What PostgreSQL said.</param>
public sealed class TooSlowException(Exception inner) : Exception("The statement took too long.", inner);
