using ModelOperator.Artifacts;

namespace ModelOperator.Tests.Artifacts;

/// <summary>Runs a transfer command as its container would: environment in, exit code and termination message out.</summary>
public sealed class TransferRun : IDisposable
{
    private readonly TransferHost _host;
    private readonly string _log;
    private readonly StringWriter _output = new();

    public TransferRun(TempFolder folder, string command, Dictionary<string, string> environment)
    {
        _log = Path.Combine(folder.Path, "termination-log");
        environment = new(environment) { ["MODELOP_TERMINATION_LOG"] = _log };
        var writer = TextWriter.Synchronized(_output);
        _host = new TransferHost(command, environment.GetValueOrDefault, TimeProvider.System, writer, writer);
    }

    public void Dispose() => _output.Dispose();

    public string Output => _output.ToString();

    public Task<int> FetchAsync() => FetchCommand.RunAsync(_host, [], CancellationToken.None);

    public Task<int> PublishAsync() => PublishCommand.RunAsync(_host, [], CancellationToken.None);

    public string Message()
    {
        var bytes = File.ReadAllBytes(_log);
        Assert.True(bytes.Length <= TerminationMessage.MaxBytes, $"the termination message has {bytes.Length} bytes");
        return System.Text.Encoding.UTF8.GetString(bytes);
    }

    public string? Reason() => TerminationMessage.TryReadFailure(Message())?.Reason;
}
