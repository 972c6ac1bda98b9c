namespace ModelOperator.Kubernetes;

/// <summary>A credential plugin of a kubeconfig (users[].user.exec).</summary>
/// <param name="ApiVersion">client.authentication.k8s.io/v1 or v1beta1.</param>
/// <param name="Command">Program; relative paths with a slash are relative to the kubeconfig.</param>
/// <param name="Args">Arguments.</param>
/// <param name="Env">Variables added to the environment.</param>
/// <param name="ClusterInfo">JSON of the cluster for KUBERNETES_EXEC_INFO; null unless provideClusterInfo.</param>
/// <param name="InstallHint">What to tell the user when the program is missing.</param>
internal sealed record ExecPlugin(
    string ApiVersion,
    string Command,
    IReadOnlyList<string> Args,
    IReadOnlyDictionary<string, string> Env,
    string? ClusterInfo,
    string? InstallHint);
