using System.Collections;
using System.Globalization;

namespace ModelOperator.Kubernetes.Runtime.Controllers;

/// <summary>Log scope of one pass: controller, key and a number that is unique within the process.</summary>
/// <param name="controller">Controller.</param>
/// <param name="key">Key.</param>
/// <param name="pass">Number of the pass.</param>
internal sealed class ReconcileScope(string controller, NamespacedName key, long pass) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 2;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("key", key),
        1 => new("reconcileId", Id),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    private string Id => string.Create(CultureInfo.InvariantCulture, $"{controller}-{pass}");

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield return this[0];
        yield return this[1];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"{key} {Id}";
}
