using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ModelOperator.Trainer.Tests;

public sealed class StatusReporterTests
{
    [Fact]
    public async Task The_last_post_says_100_percent_with_the_final_metrics_and_the_token()
    {
        var bodies = new List<(string? Token, string Body)>();
        await using var server = await StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            bodies.Add((context.Request.Headers.Authorization, await reader.ReadToEndAsync()));
        });
        using var trainer = new TrainerHarness();
        using var folder = new TemporaryFolder();
        Assert.Equal(ExitCode.Done, await trainer.RunAsync(
            ("KUBEFLOW_TRAINER_SERVER_URL", Address(server) + "/status"), ("KUBEFLOW_TRAINER_SERVER_TOKEN", folder.Write("token", "secret\n"))));
        var (token, body) = bodies[^1];
        Assert.Equal("Bearer secret", token);
        var status = JsonElement.Parse(body).GetProperty("trainerStatus");
        Assert.Equal(100, status.GetProperty("progressPercentage").GetInt32());
        Assert.Equal(0, status.GetProperty("estimatedRemainingSeconds").GetInt32());
        Assert.True(status.TryGetProperty("lastUpdatedTime", out _));
        var metric = status.GetProperty("metrics").EnumerateArray().Single(item => item.GetProperty("name").GetString() == "validation_rmse");
        Assert.Equal(JsonValueKind.String, metric.GetProperty("value").ValueKind);
    }

    [Fact]
    public async Task A_refusing_endpoint_does_not_fail_the_training()
    {
        await using var server = await StartAsync(context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        using var trainer = new TrainerHarness();
        Assert.Equal(ExitCode.Done, await trainer.RunAsync(("KUBEFLOW_TRAINER_SERVER_URL", Address(server))));
        Assert.Contains("progress could not be posted", trainer.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KUBEFLOW_TRAINER_SERVER_URL", "http://127.0.0.1:1/status")]
    [InlineData("KUBEFLOW_TRAINER_SERVER_URL", "not a url")]
    [InlineData("KUBEFLOW_TRAINER_SERVER_CA_CERT", "/no/such/file")]
    public async Task An_unusable_endpoint_does_not_fail_the_training(string name, string value)
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(ExitCode.Done, await trainer.RunAsync(("KUBEFLOW_TRAINER_SERVER_URL", "http://127.0.0.1:1/"), (name, value)));
        Assert.Contains("warning: progress", trainer.Errors, StringComparison.Ordinal);
    }

    private static async Task<WebApplication> StartAsync(RequestDelegate handler)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var application = builder.Build();
        application.Urls.Add("http://127.0.0.1:0");
        application.Run(handler);
        await application.StartAsync();
        return application;
    }

    private static string Address(WebApplication server) =>
        server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
}
