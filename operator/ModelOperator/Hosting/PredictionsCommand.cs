using ModelOperator.Artifacts;
using ModelOperator.Predictions;

namespace ModelOperator.Hosting;

/// <summary><c>modeloperator predictions</c>: takes predictions of model servers into the history until told to stop.</summary>
internal static class PredictionsCommand
{
    /// <returns>0 after a clean stop, 64 for wrong settings.</returns>
    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var app = PredictionServer.Build(PredictionOptions.Read(Environment.GetEnvironmentVariable), TimeProvider.System);
            await app.RunAsync(cancellationToken);
            return ExitCodes.Done;
        }
        catch (FormatException wrong)
        {
            await Console.Error.WriteLineAsync("modeloperator predictions: " + wrong.Message);
            return ExitCodes.Usage;
        }
    }
}
