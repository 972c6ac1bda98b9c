using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("ModelOperator.Kubernetes.Runtime.Tests")]
