using ModelOperator.Server.Hosting;
using ModelOperator.Server.Http;
using ModelOperator.Server.Models;
using ModelOperator.Torch;
using ModelOperator.XGBoost;

namespace ModelOperator.Server.Metrics;

/// <summary>What /metrics says: the versions that are served or were until lately, and the process.</summary>
internal sealed class ServerMetrics(ModelState state, RequestGate gate, TimeProvider time)
{
    private readonly DateTimeOffset _started = time.GetUtcNow();

    internal TimeSpan Uptime => time.GetUtcNow() - _started;

    internal string Expose()
    {
        var text = new Exposition();
        foreach (var slot in state.Slots)
            Expose(text, slot);
        ExposeProcess(text);
        return text.ToString();
    }

    private void Expose(Exposition text, ModelSlot slot)
    {
        var served = slot.Current;
        var books = served?.Books ?? slot.Books;
        // What was counted since the last scrape, and truths that come late, would be lost with the version.
        if (slot.Previous is { } previous && previous != books)
            previous.Metrics.Write(text, previous.Target, null);
        books?.Metrics.Write(text, books.Target, served?.Model);
        (string, string)[] labels = books?.Metrics.Labels ?? [("model", slot.Name)];
        text.Family("modelop_server_info", "gauge", "The served model, the device, and what predicts: trees, libxgboost for those that cannot be walked faster and on a GPU, linear, network or libtorch.");
        if (books is not null)
            text.Sample("modelop_server_info", 1, [.. labels, ("digest", served?.Model.Digest ?? ""), ("device", served?.Model.DeviceName ?? ""), ("predictor", served?.Model.Predictor ?? "")]);
        if (served?.Model.DeviceCalls is { } calls)
            text.Family("modelop_device_calls_total", "counter", "Calls of the GPU, each with the rows of the requests that waited together.").Sample("modelop_device_calls_total", calls, labels);
        text.Family("modelop_server_ready", "gauge", "1 when traffic is welcome.").Sample("modelop_server_ready", state.IsReadyFor(slot) ? 1 : 0, labels);
        if (slot.Settings.Version is null)
            ExposeReloads(text, slot);
    }

    private static void ExposeReloads(Exposition text, ModelSlot slot)
    {
        var (loaded, refused) = slot.Loads;
        text.Family("modelop_model_loads_total", "counter", "Versions that were loaded and served, and that were refused.");
        text.Sample("modelop_model_loads_total", loaded, ("model", slot.Name), ("result", "loaded")).Sample("modelop_model_loads_total", refused, ("model", slot.Name), ("result", "refused"));
        text.Family("modelop_model_refused", "gauge", "1 while the version that should be served cannot be, and the one before answers.");
        text.Sample("modelop_model_refused", slot.Refused is null ? 0 : 1, ("model", slot.Name));
        text.Family("modelop_model_versions_in_memory", "gauge", "Versions in memory: a second one while requests that began on it end.");
        text.Sample("modelop_model_versions_in_memory", slot.InMemory, ("model", slot.Name));
    }

    private void ExposeProcess(Exposition text)
    {
        // All models share the turns.
        (string, string)[] labels = state.Only is { Settings.Version: not null, Books: { } books } ? books.Metrics.Labels : [];
        text.Family("modelop_server_requests", "gauge", "Requests with bodies that are under way, and that wait for their turn.");
        text.Sample("modelop_server_requests", gate.InFlight, [.. labels, ("state", "active")]);
        text.Sample("modelop_server_requests", gate.Waiting, [.. labels, ("state", "waiting")]);
        text.Family("modelop_server_native_handles", "gauge", "Objects that native libraries hold for this process: libxgboost's boosters and data matrices, libtorch's networks.");
        text.Sample("modelop_server_native_handles", XGBoostLibrary.Boosters, [.. labels, ("kind", "booster")]);
        text.Sample("modelop_server_native_handles", XGBoostLibrary.Matrices, [.. labels, ("kind", "matrix")]);
        text.Sample("modelop_server_native_handles", TorchLibrary.Networks, [.. labels, ("kind", "network")]);
        text.Family("process_start_time_seconds", "gauge", "Start of the process, Unix time.");
        text.Sample("process_start_time_seconds", _started.ToUnixTimeMilliseconds() / 1000.0);
        text.Family("process_cpu_seconds_total", "counter", "Processor time, user and system.");
        text.Sample("process_cpu_seconds_total", Environment.CpuUsage.TotalTime.TotalSeconds);
        text.Family("process_resident_memory_bytes", "gauge", "Resident set.").Sample("process_resident_memory_bytes", Environment.WorkingSet);
    }
}
