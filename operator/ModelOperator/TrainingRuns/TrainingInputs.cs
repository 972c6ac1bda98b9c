using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelOperator.Hosting;

namespace ModelOperator.TrainingRuns;

/// <summary>
/// The hash of all that a model is made from: image, command, arguments, environment (a Secret's reference, never its value), parameters, digests
/// of the datasets, source revision, devices and whatever else of the spec is not known to be beside the point. Two runs of equal hash are
/// identical for <c>reuse: IfIdentical</c>. Pure.
/// </summary>
public static class TrainingInputs
{
    /// <summary>Fields that shape when, where and for how much a run is made, but not the model.</summary>
    private static readonly string[] BesideThePoint =
        ["modelName", "failurePolicy", "deadlines", "carbon", "output", "suspend", "ttl", "reuse", "checkpoint", "queueName", "scheduling", "priority"];

    /// <summary>Where a dataset comes from does not matter; what its bytes are does.</summary>
    private static readonly string[] OriginOfData = ["uri", "digest", "secretRef", "credentials"];

    /// <summary>The hash as sha256:hex; null with the reason why there is none.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="findings">What is known of the datasets.</param>
    /// <param name="options">Settings of the installation.</param>
    /// <param name="problem">Reason and text for people, when there is no hash.</param>
    public static string? Hash(TrainingRunSpec spec, IReadOnlyList<DatasetFinding> findings, OperatorOptions options, out (string Reason, string Message)? problem)
    {
        if (ImageOf(spec, options) is not { } image)
        {
            problem = (TrainingRunReasons.ImageNotPinned, $"Image {spec.Image} is named by a tag, which may move: only name@sha256:... or the operator's own trainer can be compared.");
            return null;
        }

        var node = JsonSerializer.SerializeToNode(spec, TrainingRunsJson.Default.TrainingRunSpec)!.AsObject();
        foreach (var field in BesideThePoint)
            node.Remove(field);
        if (spec.Checkpoint?.ContinueFrom is { } from)
            node["continueFrom"] = from;
        node["image"] = image;
        node["resources"] = Devices(spec.Resources);
        foreach (var (index, dataset) in (spec.Datasets ?? []).Index())
        {
            if (TrainingResolution.DigestOf(dataset, findings) is not { } digest)
            {
                problem = (TrainingRunReasons.DatasetNotPinned, $"Dataset {dataset.Name}: the digest of {dataset.Uri} is not known before the run; name it in spec.datasets[{index}].digest.");
                return null;
            }

            var item = node["datasets"]![index]!.AsObject();
            foreach (var field in OriginOfData)
                item.Remove(field);
            item["digest"] = digest;
        }

        problem = null;
        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("inputs/1\n" + Sorted(node)!.ToJsonString())));
    }

    /// <summary>The image by digest, or the operator's own by the version that it belongs to; null for a tag.</summary>
    private static string? ImageOf(TrainingRunSpec spec, OperatorOptions options)
    {
        var image = spec.Image ?? options.TrainerImage;
        if (image.Contains("@sha256:", StringComparison.Ordinal))
            return image[(image.IndexOf('@', StringComparison.Ordinal) + 1)..];
        return spec.Image is null || spec.Image == options.TrainerImage ? $"{options.TrainerImage} of {OperatorVersion.Text}" : null;
    }

    /// <summary>Devices only: less memory or fewer cores give the same model, or none.</summary>
    private static JsonObject Devices(TrainingResources? resources)
    {
        var devices = new JsonObject();
        foreach (var (name, amount) in (resources?.Limits ?? new Dictionary<string, string>()).Where(p => p.Key.Contains('/', StringComparison.Ordinal)))
            devices[name] = TrainingQuantities.TryParse(amount)?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? amount;
        return devices;
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(fields.OrderBy(static f => f.Key, StringComparer.Ordinal).Select(static f => KeyValuePair.Create(f.Key, Sorted(f.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted)]),
        null => null,
        _ => node.DeepClone(),
    };
}
