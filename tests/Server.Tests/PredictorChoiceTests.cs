using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using ModelOperator.Server.Hosting;
using ModelOperator.XGBoost;

namespace ModelOperator.Server.Tests;

public sealed class PredictorChoiceTests
{
    private const string Body = """{"features": {"size": 1.5, "grade": "good", "age": 3}}""";

    [Fact]
    public async Task A_model_of_the_trainer_is_walked_and_says_so()
    {
        await using var server = await ServerHarness.StartAsync();
        Assert.Equal("trees", (await server.GetAsync("/model/info")).Body.GetProperty("predictor").GetString());
        Assert.Contains(",predictor=\"trees\"} 1\n", await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_cannot_be_walked_is_predicted_by_libxgboost_with_the_same_result()
    {
        var folder = await ServerHarness.TrainAsync();
        var options = ServerHarness.Options(folder);
        await using var walked = await StartAsync(options);
        var expected = await PredictAsync(walked);
        await SetObjectiveAsync(options.Models[0].Directory, "reg:pseudohubererror");
        await using var other = await StartAsync(options);
        using var client = ClientOf(other);
        var info = JsonNode.Parse(await client.GetStringAsync(new Uri("/model/info", UriKind.Relative)))!;
        Assert.Equal("libxgboost", info["predictor"]!.GetValue<string>());
        Assert.Equal(expected, await PredictAsync(other));
        Directory.Delete(folder, recursive: true);
    }

    // This objective's trees mean the same, but the reader does not know it.
    internal static async Task SetObjectiveAsync(string directory, string objective)
    {
        var file = Path.Combine(directory, "booster.ubj");
        using var booster = Booster.Load(await File.ReadAllBytesAsync(file));
        booster.SetParameter("objective", objective);
        var changed = booster.Save();
        await File.WriteAllBytesAsync(file, changed);
        var document = Path.Combine(directory, "model.json");
        var model = JsonNode.Parse(await File.ReadAllTextAsync(document))!;
        model["learner"]!["digest"] = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(changed));
        await File.WriteAllTextAsync(document, model.ToJsonString());
    }

    private static async Task<WebApplication> StartAsync(ServerOptions options)
    {
        var application = ServerHost.Build(options, TimeProvider.System);
        await application.StartAsync();
        using var client = ClientOf(application);
        while (!(await client.GetAsync(new Uri("/v2/health/ready", UriKind.Relative))).IsSuccessStatusCode)
            await Task.Delay(20);
        return application;
    }

    private static async Task<double> PredictAsync(WebApplication application)
    {
        using var client = ClientOf(application);
        using var content = new StringContent(Body, System.Text.Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(new Uri("/predict", UriKind.Relative), content);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!["prediction"]!.GetValue<double>();
    }

    internal static HttpClient ClientOf(WebApplication application)
    {
        var address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new HttpClient { BaseAddress = new UriBuilder(address) { Host = "127.0.0.1" }.Uri };
    }
}
