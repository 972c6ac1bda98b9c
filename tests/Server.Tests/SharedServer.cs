namespace ModelOperator.Server.Tests;

/// <summary>One server for the tests of a class that do not care about counters.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    public ServerHarness Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await ServerHarness.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
