using ModelOperator.Artifacts;

namespace ModelOperator.EnergyAgent;

/// <summary><c>modeloperator agent</c>: the energy agent of a node.</summary>
internal static class AgentCommand
{
    /// <returns>0 after a clean stop, 64 for wrong settings.</returns>
    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var app = AgentApp.Build(AgentOptions.Read(Environment.GetEnvironmentVariable), TimeProvider.System);
            await app.StartAsync(cancellationToken);
            await using var stop = cancellationToken.Register(static state => ((IHostApplicationLifetime)state!).StopApplication(), app.Lifetime);
            await app.WaitForShutdownAsync(CancellationToken.None);
            return 0;
        }
        catch (FormatException wrong)
        {
            await Console.Error.WriteLineAsync("modeloperator: " + wrong.Message);
            return ExitCodes.Usage;
        }
    }
}
