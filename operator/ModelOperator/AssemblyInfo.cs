using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Operator.Tests")]
