using System.Diagnostics.CodeAnalysis;
using ModelOperator.Api;
using ModelOperator.Kubernetes;

namespace ModelOperator.Commands;

/// <summary>A person's command: the annotation <c>modeloperator.io/command: "&lt;action&gt; &lt;id&gt;"</c>.</summary>
/// <param name="Action">What is asked for; "" when the text has no two words.</param>
/// <param name="Id">Identifier; the same one is never obeyed twice.</param>
public sealed record UserCommand(string Action, string Id)
{
    private const int LongestId = 128;
    private const int LongestAction = 64;

    /// <summary>Reads an annotation's text; null when there is none. A text that is no command has an empty action and itself as its id.</summary>
    public static UserCommand? Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts is [var action, var id] && action.Length <= LongestAction
            ? new(action, Cut(id))
            : new("", Cut(text.Trim()));
    }

    /// <summary>The command of an object; null when it has none.</summary>
    public static UserCommand? Of(V1ObjectMeta metadata) =>
        Parse(metadata.Annotations?.GetValueOrDefault(ModelOperatorApi.CommandAnnotation));

    /// <summary>The action that a write asks for: the first word of an annotation that is new or differs from the one before.</summary>
    public static bool IsNew(V1ObjectMeta? before, V1ObjectMeta after, [NotNullWhen(true)] out string? action)
    {
        var was = before?.Annotations?.GetValueOrDefault(ModelOperatorApi.CommandAnnotation);
        var now = after.Annotations?.GetValueOrDefault(ModelOperatorApi.CommandAnnotation);
        action = string.IsNullOrWhiteSpace(now) || now == was ? null : now.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[0];
        return action is not null;
    }

    private static string Cut(string id) => id.Length <= LongestId ? id : id[..LongestId];
}
