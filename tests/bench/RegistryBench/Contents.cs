using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ModelOperator.Api;
using ModelOperator.Kubernetes;
using ModelOperator.ModelVersions;

namespace ModelOperator.RegistryBench;

/// <summary>Versions as a company of a hundred teams would have them; the same for every run of the benchmark.</summary>
/// <param name="models">Models.</param>
internal sealed class Contents(int models)
{
    public const string Space = "bench";

    private static readonly string[] Stages = ["new", "tested", "shadowed", "approved", "retired"];

    public static string ModelName(int model) => string.Create(CultureInfo.InvariantCulture, $"model-{model}");

    public static string DigestOf(string text) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The i-th version of all; versions of a model are numbered from 1.</summary>
    public V1ModelVersion Version(int i)
    {
        var (model, number) = (ModelName(i % models), (i / models) + 1);
        var text = i.ToString(CultureInfo.InvariantCulture);
        var digest = DigestOf(text);
        return new V1ModelVersion
        {
            Metadata = new V1ObjectMeta
            {
                Name = ModelVersionName.Of(model, number),
                NamespaceProperty = Space,
                Uid = "uid-" + text,
                CreationTimestamp = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(i),
            },
            Spec = new ModelVersionSpec
            {
                Model = model,
                TrainingRun = new ObjectSource { Name = "train-" + text, Uid = "run-" + text },
                Artifact = new ArtifactReference { Uri = "modelop://sha256/" + digest[7..], Digest = digest, Format = "modelop/xgboost-v1", SizeBytes = 1_000_000 + i },
                Tags = new Dictionary<string, string>
                {
                    ["team"] = string.Create(CultureInfo.InvariantCulture, $"team-{i % 97}"),
                    ["stage"] = Stages[i % Stages.Length],
                    ["build"] = "b" + text,
                },
                Lineage = new Lineage
                {
                    Image = "registry.example.com/trainer@" + DigestOf("image" + (i % 50)),
                    Source = new SourceRevision { Repo = "https://git.example.com/models", Revision = DigestOf("revision" + (i / 20))[7..47] },
                    Parent = number > 1 ? ModelVersionName.Of(model, number - 1) : null,
                    Params = new Dictionary<string, string> { ["eta"] = "0.1", ["rounds"] = ((i % 9 * 50) + 100).ToString(CultureInfo.InvariantCulture), ["depth"] = "8" },
                    Datasets =
                    [
                        new DatasetRecord { Name = "train", Uri = "s3://data/train", Digest = DigestOf("data" + (i / 50)), SizeBytes = 1_000_000, Rows = 20_640, Columns = 9 },
                        new DatasetRecord { Name = "holdout", Uri = "s3://data/holdout", Digest = DigestOf("holdout"), SizeBytes = 100_000, Rows = 2_064, Columns = 9 },
                    ],
                },
                Metrics = [Metric("rmse", i, 7919), Metric("validation_rmse", i, 104_729), Metric("mae", i, 1_299_709), Metric("r2", i, 15_485_863), Metric("latency_p99_seconds", i, 179)],
                Energy = new EnergyRecord { EnergyMilliwattHours = 1_000 + i, EmissionsMilligrams = 400 + i, IntensityMilligramsPerKwh = 400_000, PueMilli = 1_200, Method = "MeasuredCounter" },
            },
            Status = new ModelVersionStatus { Version = number, Phase = ModelVersionPhase.Ready, Reason = "Verified", VerifiedDigest = digest },
        };
    }

    /// <summary>A model whose champion is some version of its.</summary>
    public static V1Model Model(int model, int number) => new()
    {
        Metadata = new V1ObjectMeta { Name = ModelName(model), NamespaceProperty = Space, Uid = "model-uid-" + model.ToString(CultureInfo.InvariantCulture) },
        Status = new ModelStatus { NextVersion = number + 1, Aliases = [new HeldAlias { Name = "champion", Version = ModelVersionName.Of(ModelName(model), number), Owner = "Git" }] },
    };

    /// <summary>From 0 to 1,000, without order.</summary>
    private static NamedValue Metric(string name, int i, int step) => new() { Name = name, Value = ((long)i * step % 1_000_003 / 1_000.0).ToString("0.###", CultureInfo.InvariantCulture) };
}
