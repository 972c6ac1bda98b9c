using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using ModelOperator.EnergyAgent;
using ModelOperator.Tests.Artifacts;

namespace ModelOperator.Tests.EnergyAgent;

/// <summary>NVML by a C library that is built here, the kubelet by a gRPC server on a socket, the agent whole.</summary>
public sealed class NvmlTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [CompilerFact]
    public async Task Boards_are_read_through_the_C_functions_and_what_one_does_not_tell_is_null()
    {
        using var nvml = NvmlLibrary.Open(await NvmlStub.BuildAsync(folder.Path, "-DINIT=0"));
        var first = nvml.Read();
        Assert.Equal(
            [
                new GpuReading { Index = 0, Uuid = "GPU-aaaa", Model = "NVIDIA H100 80GB HBM3", EnergyMillijoules = 5_551_899_580, PowerMilliwatts = 70_100, LimitMilliwatts = 700_000 },
                new GpuReading { Index = 1, Uuid = "GPU-bbbb", Model = "NVIDIA H100 80GB HBM3", EnergyMillijoules = null, PowerMilliwatts = 140_200, LimitMilliwatts = 700_000 },
            ],
            first);
        Assert.Equal(5_552_250_080u, nvml.Read()[0].EnergyMillijoules);
    }

    [Fact]
    public void A_missing_library_is_said_to_be_missing() => Assert.Equal(
        "no NVML: libnvidia-ml-none.so.1 cannot be loaded; on a node with NVIDIA GPUs the driver's library must be in the container (NVIDIA container runtime)",
        Assert.Throws<NvmlException>(() => NvmlLibrary.Open("libnvidia-ml-none.so.1")).Message);

    [CompilerFact]
    public async Task A_driver_that_is_not_loaded_and_one_that_is_too_old_are_told_apart()
    {
        var down = await NvmlStub.BuildAsync(folder.Path, "-DINIT=9");
        Assert.Equal("no NVML: nvmlInit_v2 answered 9 (driver not loaded)", Assert.Throws<NvmlException>(() => NvmlLibrary.Open(down)).Message);
        var old = await NvmlStub.BuildAsync(folder.Path, "-DINIT=0", "-DOLD");
        Assert.Equal("no NVML: the library has no nvmlDeviceGetEnforcedPowerLimit; the driver is too old", Assert.Throws<NvmlException>(() => NvmlLibrary.Open(old)).Message);
    }

    [CompilerFact]
    public async Task The_agent_serves_boards_with_the_Pods_that_hold_them()
    {
        var socket = Path.Combine(folder.Path, "kubelet.sock");
        await using var kubelet = await KubeletAsync(socket, 0);
        var options = new AgentOptions { Node = "n1", Port = 0, Nvml = await NvmlStub.BuildAsync(folder.Path, "-DINIT=0"), Powercap = folder.Path, PodResources = socket };
        await using var app = AgentApp.Build(options, TimeProvider.System);
        await app.StartAsync();
        using var http = new HttpClient();
        var port = new Uri(app.Urls.First()).Port;
        var page = "";
        await Eventually.TrueAsync(async () => (page = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"))).Contains("diamonds-1-0", StringComparison.Ordinal));

        Assert.Contains("modelop_gpu_energy_joules_total{UUID=\"GPU-aaaa\",container=\"trainer\",gpu=\"0\",modelName=\"NVIDIA H100 80GB HBM3\",namespace=\"team-a\",node=\"n1\",pod=\"diamonds-1-0\"} 5551899.58", page, StringComparison.Ordinal);
        Assert.DoesNotContain("modelop_gpu_energy_joules_total{UUID=\"GPU-bbbb\"", page, StringComparison.Ordinal);
        Assert.Contains("modelop_gpu_power_watts{UUID=\"GPU-bbbb\",gpu=\"1\",modelName=\"NVIDIA H100 80GB HBM3\",node=\"n1\"} 140.2", page, StringComparison.Ordinal);
        Assert.Contains("modelop_agent_source_up{node=\"n1\",source=\"nvml\"} 1", page, StringComparison.Ordinal);
        Assert.Contains("modelop_agent_source_up{node=\"n1\",source=\"rapl\"} 0", page, StringComparison.Ordinal);
        await app.StopAsync();
    }

    [Fact]
    public async Task A_kubelet_that_refuses_is_told_with_its_own_words()
    {
        var socket = Path.Combine(folder.Path, "kubelet.sock");
        await using var kubelet = await KubeletAsync(socket, 12);
        using var client = new PodResourcesClient(socket);
        Assert.Equal("the kubelet refused to list devices: HTTP 200, gRPC status 12 not here", (await Assert.ThrowsAsync<HttpRequestException>(() => client.HoldersAsync(default))).Message);
    }

    [Fact]
    public void An_answer_that_breaks_off_is_refused_at_every_byte()
    {
        byte[] whole = [.. PodResourcesAnswer.Bytes];
        Assert.Equal([new DeviceHolder("team-a", "diamonds-1-0", "trainer", "GPU-aaaa")], PodResourcesMessage.Holders(whole, "nvidia.com/"));
        Assert.All(Enumerable.Range(1, whole.Length - 1), length => Assert.Throws<FormatException>(() => PodResourcesMessage.Holders(whole.AsSpan(0, length), "nvidia.com/")));
    }

    private static async Task<WebApplication> KubeletAsync(string socket, int status)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(socket, listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.MapPost("/v1.PodResourcesLister/List", async (HttpContext context) =>
        {
            context.Response.ContentType = "application/grpc";
            byte[] body = status == 0 ? [.. PodResourcesAnswer.Bytes] : [];
            await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, (byte)body.Length });
            await context.Response.Body.WriteAsync(body);
            context.Response.AppendTrailer("grpc-status", status.ToString(System.Globalization.CultureInfo.InvariantCulture));
            context.Response.AppendTrailer("grpc-message", "not here");
        });
        await app.StartAsync();
        return app;
    }
}
