using System.Collections;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelOperator.Server.Hosting;
using ModelOperator.Trainer;

namespace ModelOperator.Server.Tests;

/// <summary>A model trained for the test and a server of it on loopback.</summary>
public sealed class ServerHarness : IAsyncDisposable
{
    private readonly string _folder;
    private readonly WebApplication _application;

    private ServerHarness(string folder, WebApplication application)
    {
        _folder = folder;
        _application = application;
        var address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Client = new HttpClient { BaseAddress = new UriBuilder(address) { Host = "127.0.0.1" }.Uri };
    }

    internal HttpClient Client { get; }

    internal IServiceProvider Services => _application.Services;

    internal string ModelDirectory => Path.Combine(_folder, "output", "model");

    /// <summary>
    /// y = 10 size² + 5 rank(grade) − 3 age (8 where missing); where another target is asked for, high and level say in which half and third of its range
    /// y is. An empty value takes a parameter's default back.
    /// </summary>
    internal static async Task<string> TrainAsync(params (string Name, string Value)[] parameters)
    {
        var folder = Directory.CreateTempSubdirectory("modelop-server-test-").FullName;
        string[] grades = ["poor", "fair", "good", "best"];
        var classes = parameters.Any(pair => pair.Name == "TARGET");
        var text = new StringBuilder("size,grade,age,y" + (classes ? ",high,level\n" : "\n"));
        for (var i = 0; i < 1200; i++)
        {
            var size = i * 37 % 101 / 25.0;
            var age = i * 29 % 17;
            var missing = i % 11 == 0;
            var y = (10 * size * size) + (5 * (i * 13 % 4)) - (3 * (missing ? 8 : age));
            var labels = classes ? $",{(y > 30 ? "yes" : "no")},{(y < 10 ? 0 : y < 60 ? 1 : 2)}" : "";
            text.Append(CultureInfo.InvariantCulture, $"{size},{grades[i * 13 % 4]},{(missing ? "" : age)},{y}{labels}\n");
        }

        Directory.CreateDirectory(Path.Combine(folder, "data"));
        await File.WriteAllTextAsync(Path.Combine(folder, "data", "data.csv"), text.ToString());
        var variables = new Hashtable
        {
            ["MODELOP_DATASET_DIR"] = Path.Combine(folder, "data"),
            ["MODELOP_OUTPUT_DIR"] = Path.Combine(folder, "output"),
            ["MODELOP_TERMINATION_LOG"] = Path.Combine(folder, "termination"),
            ["MODELOP_PARAM_TARGET"] = "y",
            ["MODELOP_PARAM_ROUNDS"] = "30",
            ["MODELOP_PARAM_NTHREAD"] = "1",
        };
        foreach (var (name, value) in parameters)
        {
            variables["MODELOP_PARAM_" + name] = value;
            if (value.Length == 0)
                variables.Remove("MODELOP_PARAM_" + name);
        }

        await using var errors = new StringWriter();
        var code = await TrainerProgram.RunAsync(variables, TimeProvider.System, TextWriter.Null, errors, CancellationToken.None);
        return code == 0 ? folder : throw new InvalidOperationException(errors.ToString());
    }

    internal static ServerOptions Options(string folder) => new()
    {
        Models = [new() { Name = "toys", Version = "toys-3", Directory = Path.Combine(folder, "output", "model") }],
        Port = 0,
        DrainTime = TimeSpan.Zero,
        TerminationLog = Path.Combine(folder, "server-termination"),
    };

    public static Task<ServerHarness> StartAsync(params (string Name, string Value)[] parameters) => StartAsync(static options => options, parameters);

    internal static Task<ServerHarness> StartAsync(Func<ServerOptions, ServerOptions> change, params (string Name, string Value)[] parameters) => StartAsync(change, TimeProvider.System, parameters);

    internal static async Task<ServerHarness> StartAsync(Func<ServerOptions, ServerOptions> change, TimeProvider time, params (string Name, string Value)[] parameters)
    {
        var folder = await TrainAsync(parameters);
        var application = ServerHost.Build(change(Options(folder)), time);
        application.Services.GetRequiredService<ILoggerFactory>();
        await application.StartAsync();
        var harness = new ServerHarness(folder, application);
        while (!(await harness.Client.GetAsync(new Uri("/v2/health/ready", UriKind.Relative))).IsSuccessStatusCode)
        {
            Assert.True(application.Services.GetRequiredService<ServerExit>().Code == 0, "the server ends instead of being ready; its log above says why");
            await Task.Delay(20);
        }

        return harness;
    }

    internal Task<(int Status, JsonElement Body)> PostAsync(string path, string body, string type = "application/json") =>
        PostAsync(path, Encoding.UTF8.GetBytes(body), type);

    internal async Task<(int Status, JsonElement Body)> PostAsync(string path, byte[] body, string? type = "application/json")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        using var response = await Client.PostAsync(new Uri(path, UriKind.Relative), content);
        Assert.Equal("toys-3", Assert.Single(response.Headers.GetValues("x-model-version")));
        return ((int)response.StatusCode, JsonElement.Parse(await response.Content.ReadAsByteArrayAsync()));
    }

    internal async Task<(int Status, JsonElement Body)> GetAsync(string path)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal("toys-3", Assert.Single(response.Headers.GetValues("x-model-version")));
        return ((int)response.StatusCode, JsonElement.Parse(await response.Content.ReadAsByteArrayAsync()));
    }

    /// <summary>Waits until a series of /metrics has a value: counters are written after the answer has reached the client.</summary>
    internal async Task CountedAsync(double expected, string series)
    {
        for (var began = TimeProvider.System.GetTimestamp(); await MetricAsync(series) is var value && value != expected;)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began).TotalSeconds < 120, $"{series} is {value}, not {expected}");
            await Task.Delay(20);
        }
    }

    /// <summary>The value of one series of /metrics, by its name and labels as exposed; 0 when absent.</summary>
    internal async Task<double> MetricAsync(string series)
    {
        var text = await Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        var line = text.Split('\n').SingleOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line.AsSpan(series.Length + 1), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _application.StopAsync();
        await _application.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
