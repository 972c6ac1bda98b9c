namespace ModelOperator.Kubernetes.Runtime.Plans;

/// <summary>Carries out intents; double dispatch keeps the type of each without reflection.</summary>
internal interface IIntentVisitor
{
    Task EnsureAsync<T>(EnsureIntent<T> intent, CancellationToken cancellationToken)
        where T : class, IKubernetesObject;

    Task RemoveAsync<T>(RemoveIntent<T> intent, CancellationToken cancellationToken)
        where T : class, IKubernetesObject;

    Task FinalizeAsync<T>(FinalizerIntent<T> intent, CancellationToken cancellationToken)
        where T : class, IKubernetesObject;

    Task AnnotateAsync<T>(AnnotateIntent<T> intent, CancellationToken cancellationToken)
        where T : class, IKubernetesObject;

    Task PatchAsync<T>(JsonPatchIntent<T> intent, CancellationToken cancellationToken)
        where T : class, IKubernetesObject;

    Task ReplaceStatusAsync<T>(ReplaceStatusIntent<T> intent, CancellationToken cancellationToken)
        where T : class, IKubernetesObject;
}
