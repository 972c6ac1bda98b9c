namespace ModelOperator.Registry;

/// <summary>One step of the schema. What was applied once never changes.</summary>
/// <param name="Version">1, 2, 3, ... without gaps.</param>
/// <param name="Name">What it brings.</param>
/// <param name="Sql">Plain SQL.</param>
/// <param name="Checksum">SHA-256 of the SQL with \n line ends, lower-case hex.</param>
public sealed record RegistryMigration(int Version, string Name, string Sql, string Checksum);
