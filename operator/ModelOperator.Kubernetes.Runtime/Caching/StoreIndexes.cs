namespace ModelOperator.Kubernetes.Runtime.Caching;

/// <summary>Names of the usual indexes.</summary>
public static class StoreIndexes
{
    /// <summary>Index by the UIDs of owners; exists in every cache.</summary>
    public const string OwnerUid = "ownerUid";

    /// <summary>Name of the index by a label's value.</summary>
    /// <param name="label">Label key.</param>
    public static string Label(string label) => "label:" + label;
}
