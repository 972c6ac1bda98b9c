using ModelOperator.Kubernetes.Runtime.Tests.Support;

namespace ModelOperator.Kubernetes.Runtime.Tests.Caching;

/// <summary>All that holds for an informer holds when every object is packed.</summary>
public sealed class PackedInformerTests : InformerTests
{
    protected override Func<V1Widget, bool>? SeldomRead => static _ => true;
}
