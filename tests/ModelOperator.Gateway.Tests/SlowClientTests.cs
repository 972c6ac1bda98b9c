using System.Net.Sockets;
using System.Text;
using ModelOperator.Gateway.Tests.Support;

namespace ModelOperator.Gateway.Tests;

/// <summary>Clients whose body does not come: their slowness is no error of a version.</summary>
public sealed class SlowClientTests
{
    [Theory]
    [InlineData("/predict", "Content-Length: 50")]
    [InlineData("/feedback", "Content-Length: 50")]
    [InlineData("/feedback", "Transfer-Encoding: chunked")]
    public async Task A_body_that_does_not_come_in_time_is_the_clients_408(string path, string length)
    {
        await using var stable = await Upstream.StartAsync(static async context =>
        {
            using StreamReader reader = new(context.Request.Body);
            await reader.ReadToEndAsync(context.RequestAborted);
        });
        await using var gateway = await TestGateway.StartAsync(new() { Timeout = TimeSpan.FromMilliseconds(300) });
        gateway.Apply(("stable", "p-1", stable.Url, 100));
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", gateway.Client.BaseAddress!.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{length}\r\n\r\n"));
        using StreamReader reader = new(client.GetStream());
        Assert.Equal("HTTP/1.1 408 Request Timeout", await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(120)));
        Assert.Equal(0, await gateway.MetricAsync("modelop_gateway_requests_total", "version=\"p-1\"", "code=\"504\""));
        if (path == "/predict")
            await TestGateway.EventuallyAsync(async () => await gateway.MetricAsync("modelop_gateway_requests_total", "version=\"p-1\"", "code=\"408\"") == 1);
    }
}
