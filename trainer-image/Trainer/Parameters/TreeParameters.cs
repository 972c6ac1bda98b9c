namespace ModelOperator.Trainer.Parameters;

/// <summary>What shapes an ensemble of trees.</summary>
public sealed record TreeParameters
{
    private static readonly string[] BoostingOnly = ["rounds", "eta", "earlyStoppingRounds", "checkpointEveryRounds"];
    private static readonly string[] ForestOnly = ["trees", "colsampleByNode"];
    private static readonly string[] Both = ["growPolicy", "maxDepth", "maxLeaves", "subsample", "minChildWeight", "gamma", "maxBin"];

    /// <summary>1 for a forest.</summary>
    public int Rounds { get; init; } = 300;

    /// <summary>Trees of one round (and class); 1 but for a forest.</summary>
    public int TreesPerRound { get; init; } = 1;

    public bool IsForest { get; init; }

    public GrowPolicy GrowPolicy { get; init; }

    /// <summary>0: as deep as the leaves go.</summary>
    public int MaxDepth { get; init; } = 6;

    /// <summary>For LossGuide, else 0.</summary>
    public int MaxLeaves { get; init; }

    public double Eta { get; init; } = 0.1;

    public double Subsample { get; init; } = 1;

    public double ColsampleByNode { get; init; } = 1;

    public double MinChildWeight { get; init; } = 1;

    public double Lambda { get; init; } = 1;

    public double Gamma { get; init; }

    public int MaxBin { get; init; } = 256;

    /// <summary>Rounds without improvement on validation before stopping; 0 never stops early.</summary>
    public int EarlyStoppingRounds { get; init; }

    public int CheckpointEveryRounds { get; init; }

    /// <summary>Complains about parameters of trees.</summary>
    internal static void Refuse(ParameterBag bag, string condition) => bag.Refuse(condition, [.. BoostingOnly, .. ForestOnly, .. Both]);

    internal static TreeParameters Parse(ParameterBag bag, Learner learner)
    {
        var common = Common(bag, learner == Learner.RandomForest);
        if (learner == Learner.RandomForest)
        {
            bag.Refuse("with learner RandomForest", BoostingOnly);
            return common with
            {
                IsForest = true,
                Rounds = 1,
                TreesPerRound = bag.Integer("trees", 100, 1, 10_000),
                Eta = 1,
                ColsampleByNode = bag.Number("colsampleByNode", 0.8, 0, 1, aboveLeast: true),
            };
        }

        bag.Refuse("with learner GradientBoosting", ForestOnly);
        return common with
        {
            Rounds = bag.Integer("rounds", 300, 1, 100_000),
            Eta = bag.Number("eta", 0.1, 0, 1, aboveLeast: true),
            EarlyStoppingRounds = bag.Integer("earlyStoppingRounds", 0, 0, 100_000),
            CheckpointEveryRounds = bag.Integer("checkpointEveryRounds", 0, 0, 100_000),
        };
    }

    internal IEnumerable<(string Name, string Value)> Describe()
    {
        yield return ("growPolicy", GrowPolicy.ToString());
        yield return ("maxDepth", ParameterBag.Text(MaxDepth));
        if (GrowPolicy == GrowPolicy.LossGuide)
            yield return ("maxLeaves", ParameterBag.Text(MaxLeaves));
        yield return ("subsample", ParameterBag.Text(Subsample));
        yield return ("minChildWeight", ParameterBag.Text(MinChildWeight));
        yield return ("lambda", ParameterBag.Text(Lambda));
        yield return ("gamma", ParameterBag.Text(Gamma));
        yield return ("maxBin", ParameterBag.Text(MaxBin));
        if (IsForest)
        {
            yield return ("trees", ParameterBag.Text(TreesPerRound));
            yield return ("colsampleByNode", ParameterBag.Text(ColsampleByNode));
            yield break;
        }

        yield return ("rounds", ParameterBag.Text(Rounds));
        yield return ("eta", ParameterBag.Text(Eta));
        yield return ("earlyStoppingRounds", ParameterBag.Text(EarlyStoppingRounds));
    }

    // A forest's trees are deep and see a share of the rows, as XGBoost's own forests do.
    private static TreeParameters Common(ParameterBag bag, bool forest)
    {
        var policy = bag.Choice("growPolicy", GrowPolicy.DepthWise);
        var leafWise = policy == GrowPolicy.LossGuide;
        if (!leafWise)
            bag.Refuse("with growPolicy DepthWise", "maxLeaves");
        return new TreeParameters
        {
            GrowPolicy = policy,
            MaxDepth = leafWise ? bag.Integer("maxDepth", 0, 0, 64) : bag.Integer("maxDepth", forest ? 12 : 6, 1, forest ? 32 : 16),
            MaxLeaves = leafWise ? bag.Integer("maxLeaves", forest ? 1024 : 31, 2, 65_535) : 0,
            Subsample = bag.Number("subsample", forest ? 0.8 : 1, 0, 1, aboveLeast: true),
            MinChildWeight = bag.Number("minChildWeight", 1, 0, 1e9),
            Lambda = bag.Number("lambda", forest ? 1e-5 : 1, 0, 1e9),
            Gamma = bag.Number("gamma", 0, 0, 1e9),
            MaxBin = bag.Integer("maxBin", 256, 2, 65_535),
        };
    }
}
