using ModelOperator.Api;
using ModelOperator.CanaryDeployments;
using ModelOperator.Kubernetes;
using ModelOperator.Kubernetes.Runtime.Admission;

namespace ModelOperator.Commands;

/// <summary>
/// Commands are verbs of their own: whoever sets or changes the command annotation must have the action as a verb on the object. Writing the
/// object is not enough, so that a deployment tool which may edit a run cannot stop it.
/// </summary>
/// <param name="Resource">Plural of the kind.</param>
/// <param name="Actions">Actions that the kind knows.</param>
/// <param name="Role">ClusterRole that grants them.</param>
public sealed record CommandAccess(string Resource, IReadOnlyList<string> Actions, string Role)
{
    /// <summary>Commands of TrainingRuns.</summary>
    public static CommandAccess TrainingRuns { get; } = new("trainingruns", ["pause", "resume", "stop"], "model-operator-editor");

    /// <summary>Commands of CanaryDeployments.</summary>
    public static CommandAccess CanaryDeployments { get; } = new("canarydeployments", CanaryCommand.Actions, "model-operator-approver");

    /// <summary>Null when the write asks for no command, or for one that the user may give; else the refusal.</summary>
    public async ValueTask<AdmissionDecision?> RefusalAsync<T>(AdmissionInput<T> input, IKubernetesClient client, CancellationToken cancellationToken)
        where T : class, IKubernetesObject
    {
        if (input.New is not { Metadata.DeletionTimestamp: null } wanted || !UserCommand.IsNew(input.Old?.Metadata, wanted.Metadata, out var action))
            return null;
        if (!Actions.Contains(action))
        {
            return AdmissionDecision.Invalid(
                $"metadata.annotations[{ModelOperatorApi.CommandAnnotation}]: action '{action}' is not allowed: \"<action> <id>\" with one of {string.Join(", ", Actions)}");
        }

        var attributes = new V1ResourceAttributes
        {
            Group = ModelOperatorApi.Group,
            Version = ModelOperatorApi.Version,
            Resource = Resource,
            Verb = action,
            NamespaceProperty = input.NamespaceName,
            Name = wanted.Metadata.Name,
        };
        return await AccessReview.AllowsAsync(client, input.User, attributes, cancellationToken)
            ? null
            : AdmissionDecision.Deny(
                $"user {input.User.Username} may not {action} {Resource}.{ModelOperatorApi.Group} \"{wanted.Metadata.Name}\" in namespace {input.NamespaceName}: "
                + $"the verb \"{action}\" is needed, which ClusterRole {Role} grants");
    }
}
