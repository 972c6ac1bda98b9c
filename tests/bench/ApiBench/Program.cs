using System.Globalization;
using System.Runtime.InteropServices;
using ModelOperator.ApiBench;
using ModelOperator.Kubernetes;

// Creates objects on an API server and times what follows; the kubeconfig is KUBECONFIG's. Each command prints one JSON line.
const string Usage = """
    apibench create  PATH TEMPLATE COUNT PARALLEL             objects from a template (NAME is replaced), as fast as the server takes them
    apibench follow  PATH PODS-PATH TEMPLATE COUNT PARALLEL   the same, and when each object's first Pod appears, both as a watch sees them
    apibench calm    PATH PODS-PATH TEMPLATE COUNT PAUSE-MS   the same, one object after another
    apibench status  PATH TEMPLATE FROM COUNT PARALLEL        merges a template into the status of created objects
    apibench patch   PATH TEMPLATE FROM COUNT PARALLEL        merges a template into created objects
    apibench rate    PATH TEMPLATE PER-SECOND SECONDS         creates at a fixed rate, whatever the server does; latency from the due time
    apibench relay   PORT TARGET-PORT                         passes connections on; SIGHUP cuts all of them
    """;

// No retries and no limit of the client's own: what is measured is the server.
var options = new KubernetesClientOptions { UserAgent = "apibench", Qps = 0, MaxRetries = 0 };
using var client = new KubernetesClient(KubernetesClientConfiguration.FromDefault(TimeProvider.System), options, TimeProvider.System, new Random(1));
var stop = CancellationToken.None;
switch (args)
{
    case ["create", var path, var template, var count, var parallel]:
        var creation = new Creation(client, path, await File.ReadAllTextAsync(template, stop));
        Console.WriteLine(await creation.AllAsync(Number(count), Number(parallel), stop));
        return 0;
    case ["follow", var path, var pods, var template, var count, var parallel]:
        var followed = new Creation(client, path, await File.ReadAllTextAsync(template, stop));
        Console.WriteLine(await new Following(client, followed, path, pods).RunAsync(Number(count), Number(parallel), TimeSpan.Zero, stop));
        return 0;
    case ["calm", var path, var pods, var template, var count, var pause]:
        var calm = new Creation(client, path, await File.ReadAllTextAsync(template, stop));
        Console.WriteLine(await new Following(client, calm, path, pods).RunAsync(Number(count), 1, TimeSpan.FromMilliseconds(Number(pause)), stop));
        return 0;
    case ["status", var path, var template, var from, var count, var parallel]:
        var changed = new Creation(client, path, await File.ReadAllTextAsync(template, stop));
        Console.WriteLine(await Creation.ManyAsync(Number(from), Number(count), Number(parallel), changed.PatchStatusAsync, stop));
        return 0;
    case ["patch", var path, var template, var from, var count, var parallel]:
        var patched = new Creation(client, path, await File.ReadAllTextAsync(template, stop));
        Console.WriteLine(await Creation.ManyAsync(Number(from), Number(count), Number(parallel), patched.PatchAsync, stop));
        return 0;
    case ["rate", var path, var template, var rate, var seconds]:
        var steady = new Creation(client, path, await File.ReadAllTextAsync(template, stop));
        Console.WriteLine(await new SteadyRate(steady).RunAsync(Number(rate), Number(seconds), stop));
        return 0;
    case ["relay", var port, var target]:
        var relay = new Relay(Number(port), Number(target));
        using (PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            relay.Cut();
        }))
            await relay.RunAsync(stop);
        return 0;
    default:
        await Console.Error.WriteLineAsync(Usage);
        return 64;
}

static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
