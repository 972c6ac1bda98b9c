namespace ModelOperator.Kubernetes.Runtime.Controllers;

/// <summary>What wakes an object with a terminal result: spec (generation), deletion, labels, annotations (commands). Status does not.</summary>
/// <param name="Uid">Incarnation.</param>
/// <param name="Generation">Count of spec changes.</param>
/// <param name="Deleting">Deletion mark.</param>
/// <param name="Metadata">Hash of labels and annotations.</param>
internal readonly record struct ObjectMark(string? Uid, long? Generation, bool Deleting, int Metadata)
{
    public static ObjectMark Of(IKubernetesObject entity) =>
        new(entity.Metadata.Uid, entity.Metadata.Generation, entity.IsDeleting, HashCode.Combine(Hash(entity.Metadata.Labels), Hash(entity.Metadata.Annotations)));

    private static int Hash(Dictionary<string, string>? pairs)
    {
        // Order-free: the same pairs in another order are the same.
        var sum = 0;
        foreach (var (key, value) in pairs ?? [])
            sum += HashCode.Combine(key, value);
        return sum;
    }
}
