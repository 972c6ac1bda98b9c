using System.Globalization;
using ModelOperator.Carbon.Accounts;
using ModelOperator.CarbonBudgets.Overrides;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Hosting;

/// <summary>Reads settings from environment variables; a wrong one is refused by name, value and what is allowed.</summary>
public static class OperatorOptionsReader
{
    /// <summary>Reads the settings.</summary>
    /// <param name="variable">Value of an environment variable, or null.</param>
    /// <exception cref="FormatException">A value is wrong; the message names it.</exception>
    public static OperatorOptions Read(Func<string, string?> variable)
    {
        string? Get(string name) => variable(name) is { Length: > 0 } value ? value : null;
        var fallback = new OperatorOptions();
        return fallback with
        {
            Namespace = Get("MODELOP_NAMESPACE") ?? fallback.Namespace,
            Identity = Get("MODELOP_POD_NAME") ?? Environment.MachineName,
            OperatorImage = Get("MODELOP_OPERATOR_IMAGE") ?? fallback.OperatorImage,
            GatewayImage = Get("MODELOP_GATEWAY_IMAGE") ?? fallback.GatewayImage,
            TrainerImage = Get("MODELOP_TRAINER_IMAGE") ?? fallback.TrainerImage,
            ServerImage = Get("MODELOP_SERVER_IMAGE") ?? fallback.ServerImage,
            CudaServerImage = Get("MODELOP_CUDA_SERVER_IMAGE"),
            StoreUrl = Url("MODELOP_STORE_URL", Get("MODELOP_STORE_URL")) ?? fallback.StoreUrl,
            PrometheusUrl = Url("MODELOP_PROMETHEUS_URL", Get("MODELOP_PROMETHEUS_URL")),
            StatusUrl = Url("MODELOP_STATUS_URL", Get("MODELOP_STATUS_URL")),
            PredictionsUrl = Url("MODELOP_PREDICTIONS_URL", Get("MODELOP_PREDICTIONS_URL")),
            KeepPredictions = Days("MODELOP_PREDICTION_RETENTION_DAYS", Get("MODELOP_PREDICTION_RETENTION_DAYS"), fallback.KeepPredictions),
            Zone = Get("MODELOP_ZONE") ?? fallback.Zone,
            PueMilli = Pue(Get("MODELOP_PUE")),
            EnergyPrometheusUrl = Url("MODELOP_ENERGY_PROMETHEUS_URL", Get("MODELOP_ENERGY_PROMETHEUS_URL")),
            Grid = GridSources.GridSourceOptionsReader.Read(Get, Url),
            NetworkPolicy = Policy(Get("MODELOP_NETWORK_POLICY"), fallback.NetworkPolicy),
            CalibrateEstimates = Flag("MODELOP_CALIBRATE_ESTIMATES", Get("MODELOP_CALIBRATE_ESTIMATES"), fallback.CalibrateEstimates),
            ProbeSources = Flag("MODELOP_PROBE_SOURCES", Get("MODELOP_PROBE_SOURCES"), fallback.ProbeSources),
            CollectArtifactsEvery = Hours("MODELOP_COLLECT_ARTIFACTS_HOURS", Get("MODELOP_COLLECT_ARTIFACTS_HOURS"), fallback.CollectArtifactsEvery),
            Overrides = new(Accounts("MODELOP_OVERRIDE_SERVICE_ACCOUNTS", Get("MODELOP_OVERRIDE_SERVICE_ACCOUNTS")), Verified: Get("MODELOP_WEBHOOK_PORT") != "0"),
            Prices = Prices(Get("MODELOP_PRICE_SHEET")),
            PostgresConnection = Get("MODELOP_POSTGRES"),
            HttpPort = Port("MODELOP_HTTP_PORT", Get("MODELOP_HTTP_PORT"), fallback.HttpPort),
            WebhookPort = Port("MODELOP_WEBHOOK_PORT", Get("MODELOP_WEBHOOK_PORT"), fallback.WebhookPort),
            LeaderElection = Flag("MODELOP_LEADER_ELECTION", Get("MODELOP_LEADER_ELECTION"), fallback.LeaderElection),
        };
    }

    private static string[] Accounts(string name, string? text)
    {
        var accounts = (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return Array.Find(accounts, static a => !a.StartsWith(BudgetOverrideRules.ServiceAccountPrefix, StringComparison.Ordinal) || a.Split(':') is not [_, _, { Length: > 0 }, { Length: > 0 }]) is { } wrong
            ? throw new FormatException($"{name} names '{wrong}'; it must be user names of ServiceAccounts, system:serviceaccount:NAMESPACE:NAME, with commas between them.")
            : accounts;
    }

    private static string? Url(string name, string? text) =>
        text is null || (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            ? text?.TrimEnd('/')
            : throw new FormatException($"{name} is '{text}'; it must be an http(s) URL.");

    private static TrainingNetworkPolicy Policy(string? text, TrainingNetworkPolicy fallback) => text switch
    {
        null => fallback,
        nameof(TrainingNetworkPolicy.Restricted) => TrainingNetworkPolicy.Restricted,
        nameof(TrainingNetworkPolicy.None) => TrainingNetworkPolicy.None,
        _ => throw new FormatException($"MODELOP_NETWORK_POLICY is '{text}'; it must be Restricted or None."),
    };

    private static PriceSheet? Prices(string? path)
    {
        try
        {
            return path is null ? null : PriceSheet.Parse(File.ReadAllText(path));
        }
        catch (Exception wrong) when (wrong is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"MODELOP_PRICE_SHEET is '{path}', which cannot be used: {wrong.Message}");
        }
    }

    private static int Pue(string? text)
    {
        if (text is null)
            return 1000;
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var pue) && pue is >= 1 and <= 5
            ? (int)(pue * 1000)
            : throw new FormatException($"MODELOP_PUE is '{text}'; it must be a decimal number from 1 to 5, such as 1.12.");
    }

    private static int Port(string name, string? text, int fallback)
    {
        if (text is null)
            return fallback;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 0 and <= 65535
            ? port
            : throw new FormatException($"{name} is '{text}'; it must be a port from 1 to 65535, or 0 to switch the listener off.");
    }

    private static TimeSpan Hours(string name, string? text, TimeSpan fallback)
    {
        if (text is null)
            return fallback;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var hours) && hours is >= 0 and <= 168
            ? TimeSpan.FromHours(hours)
            : throw new FormatException($"{name} is '{text}'; it must be hours from 1 to 168, or 0 for never.");
    }

    private static TimeSpan Days(string name, string? text, TimeSpan fallback)
    {
        if (text is null)
            return fallback;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 0 and <= 3650
            ? TimeSpan.FromDays(days)
            : throw new FormatException($"{name} is '{text}'; it must be days from 1 to 3650, or 0 to keep them for ever.");
    }

    private static bool Flag(string name, string? text, bool fallback) => text switch
    {
        null => fallback,
        "true" => true,
        "false" => false,
        _ => throw new FormatException($"{name} is '{text}'; it must be true or false."),
    };
}
