using ModelOperator.Artifacts;
using ModelOperator.Following;
using ModelOperator.Kubernetes;

namespace ModelOperator.Hosting;

/// <summary><c>modeloperator follow</c> with the cluster of the Pod, or of the kubeconfig.</summary>
internal static class FollowingCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        try
        {
            var configuration = KubernetesClientConfiguration.FromDefault(TimeProvider.System);
            using var client = OperatorClients.Create(configuration, TimeProvider.System);
            return await FollowCommand.RunAsync(TransferHost.FromProcess("follow"), args, client, configuration.Namespace, cancellationToken);
        }
        catch (KubernetesConfigurationException wrong)
        {
            await Console.Error.WriteLineAsync("modeloperator follow: " + wrong.Message);
            return ExitCodes.Usage;
        }
    }
}
