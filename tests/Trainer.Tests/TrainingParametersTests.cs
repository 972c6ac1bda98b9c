using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Parameters;

namespace ModelOperator.Trainer.Tests;

public sealed class TrainingParametersTests
{
    [Theory]
    [InlineData("rounds", "0", "parameter 'rounds' is '0', allowed is a whole number from 1 to 100000")]
    [InlineData("rounds", "many", "parameter 'rounds' is 'many', allowed is a whole number from 1 to 100000")]
    [InlineData("maxDepth", "6.5", "parameter 'maxDepth' is '6.5', allowed is a whole number from 1 to 16")]
    [InlineData("eta", "0", "parameter 'eta' is '0', allowed is a number above 0 and at most 1")]
    [InlineData("eta", "NaN", "parameter 'eta' is 'NaN', allowed is a number above 0 and at most 1")]
    [InlineData("subsample", "1,5", "parameter 'subsample' is '1,5', allowed is a number above 0 and at most 1")]
    [InlineData("validationFraction", "0.95", "parameter 'validationFraction' is '0.95', allowed is a number from 0 to 0.9")]
    [InlineData("device", "gpu", "parameter 'device' is 'gpu', allowed is one of Cpu, Cuda")]
    [InlineData("device", "1", "parameter 'device' is '1', allowed is one of Cpu, Cuda")]
    [InlineData("shuffleTargets", "yes", "parameter 'shuffleTargets' is 'yes', allowed is true or false")]
    [InlineData("stratify", "true", "parameter 'stratify' is 'true', allowed is false with objective Regression, whose target has no classes")]
    [InlineData("features", "a,b,a", "parameter 'features' names column 'a' twice")]
    [InlineData("features", "a,price", "parameter 'features' is 'a,price', allowed is any column but the target 'price'")]
    [InlineData("rowFilter", "cut", "parameter 'rowFilter' is 'cut', allowed is conditions separated by ';'")]
    [InlineData("rowFilter", "carat<big", "parameter 'rowFilter' is 'carat<big', allowed is conditions separated by ';'")]
    [InlineData("learningrait", "0.1", "unknown parameter 'learningrait' (value '0.1'); did you mean 'learningRate'? known are ")]
    [InlineData("zebra", "0.1", "unknown parameter 'zebra' (value '0.1'); known are ")]
    [InlineData("learningRate", "0.1", "parameter 'learningRate' is '0.1', allowed is no value with learner GradientBoosting")]
    [InlineData("learner", "Forest", "parameter 'learner' is 'Forest', allowed is one of GradientBoosting, RandomForest, Linear, Network")]
    [InlineData("objective", "Classes", "parameter 'objective' is 'Classes', allowed is one of Regression, Binary, Multiclass")]
    [InlineData("growPolicy", "leafwise", "parameter 'growPolicy' is 'leafwise', allowed is one of DepthWise, LossGuide")]
    [InlineData("maxLeaves", "31", "parameter 'maxLeaves' is '31', allowed is no value with growPolicy DepthWise")]
    [InlineData("trees", "100", "parameter 'trees' is '100', allowed is no value with learner GradientBoosting")]
    [InlineData("tolerance", "0.1", "parameter 'tolerance' is '0.1', allowed is no value with learner GradientBoosting")]
    [InlineData("kFold", "1", "parameter 'kFold' is '1', allowed is 0 (none) or a whole number from 2 to 20")]
    [InlineData("kFold", "21", "parameter 'kFold' is '21', allowed is a whole number from 0 to 20")]
    public void A_bad_parameter_is_named_with_its_value_and_what_is_allowed(string name, string value, string message)
    {
        var failure = Assert.Throws<TrainerException>(() => Parse(("target", "price"), (name, value)));
        Assert.Equal(ExitCode.Usage, failure.ExitCode);
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RandomForest", "rounds", "10", "allowed is no value with learner RandomForest")]
    [InlineData("RandomForest", "eta", "0.1", "allowed is no value with learner RandomForest")]
    [InlineData("RandomForest", "earlyStoppingRounds", "3", "allowed is no value with learner RandomForest")]
    [InlineData("RandomForest", "trees", "0", "allowed is a whole number from 1 to 10000")]
    [InlineData("RandomForest", "colsampleByNode", "0", "allowed is a number above 0 and at most 1")]
    [InlineData("RandomForest", "maxDepth", "33", "allowed is a whole number from 1 to 32")]
    [InlineData("Linear", "maxDepth", "6", "allowed is no value with learner Linear")]
    [InlineData("Linear", "device", "cuda", "allowed is cpu with learner Linear")]
    [InlineData("Linear", "maxIterations", "10", "allowed is no value with objective Regression, which is solved at once")]
    [InlineData("Linear", "lambda", "-1", "allowed is a number from 0 to 1000000000")]
    [InlineData("Linear", "epochs", "5", "allowed is no value with learner Linear")]
    [InlineData("RandomForest", "hiddenLayers", "8", "allowed is no value with learner RandomForest")]
    [InlineData("Network", "lambda", "1", "allowed is no value with learner Network")]
    [InlineData("Network", "rounds", "5", "allowed is no value with learner Network")]
    [InlineData("Network", "tolerance", "5", "allowed is no value with learner Network")]
    [InlineData("Network", "hiddenLayers", "64,0", "allowed is 1 to 16 whole numbers from 1 to 8192, comma-separated: the units of each layer")]
    [InlineData("Network", "hiddenLayers", "64;32", "allowed is 1 to 16 whole numbers from 1 to 8192, comma-separated: the units of each layer")]
    [InlineData("Network", "dropout", "1", "allowed is a number from 0 to 0.95")]
    [InlineData("Network", "epochs", "0", "allowed is a whole number from 1 to 100000")]
    [InlineData("Network", "learningRate", "0", "allowed is a number above 0 and at most 10")]
    [InlineData("Network", "gradientAccumulation", "0", "allowed is a whole number from 1 to 10000")]
    [InlineData("Network", "learningRateSchedule", "Linear", "allowed is one of Constant, Cosine, Step, Plateau")]
    [InlineData("Network", "scheduleEpochs", "5", "allowed is no value with learningRateSchedule Constant")]
    [InlineData("Network", "mixedPrecision", "fp8", "allowed is one of None, Bf16, Fp16")]
    [InlineData("Network", "mixedPrecision", "fp16", "allowed is none or bf16 with device cpu")]
    public void A_parameter_of_another_learner_is_refused(string learner, string name, string value, string message)
    {
        var failure = Assert.Throws<TrainerException>(() => Parse(("target", "price"), ("learner", learner), (name, value)));
        Assert.Equal((ExitCode.Usage, $"parameter '{name}' is '{value}', {message}"), (failure.ExitCode, failure.Message));
    }

    [Theory]
    [InlineData("growPolicy=LossGuide,maxLeaves=63,maxDepth=0,eta=0.2,kFold=5")]
    [InlineData("learner=RandomForest,trees=30,maxDepth=20,colsampleByNode=0.5,objective=Multiclass")]
    [InlineData("learner=RandomForest,growPolicy=LossGuide")]
    [InlineData("learner=Linear,lambda=2")]
    [InlineData("learner=Linear,objective=Binary,maxIterations=9,tolerance=0.001")]
    [InlineData("learner=Network")]
    [InlineData("learner=Network,learningRateSchedule=Plateau,scheduleEpochs=3,scheduleFactor=0.5,batchNorm=true,dropout=0.1,gradientAccumulation=2")]
    public void Every_learner_s_description_reads_back_as_the_same_parameters(string given)
    {
        var parameters = Parse([("target", "y"), .. given.Split(',').Select(pair => (pair.Split('=')[0], pair.Split('=')[1]))]);
        Assert.Equal(parameters.Describe(), Parse([.. parameters.Describe().Select(pair => (pair.Key, pair.Value))]).Describe());
    }

    [Fact]
    public void The_target_is_required() =>
        Assert.Equal("parameter 'target' is missing", Assert.Throws<TrainerException>(() => Parse()).Message);

    [Theory]
    [InlineData("GradientBoosting", "earlyStoppingRounds", "5")]
    [InlineData("Network", "earlyStoppingEpochs", "5")]
    [InlineData("Network", "learningRateSchedule", "Plateau")]
    public void What_looks_at_validation_rows_needs_some(string learner, string name, string value) => Assert.Contains(
        $"parameter '{name}' is '{value}'",
        Assert.Throws<TrainerException>(() => Parse(("target", "y"), ("validationFraction", "0"), ("learner", learner), (name, value))).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("maxDepth")]
    [InlineData("MAX_DEPTH")]
    [InlineData("MAXDEPTH")]
    [InlineData("max-depth")]
    public void Names_match_as_environment_variables_spell_them(string name) => Assert.Equal(9, Parse(("target", "y"), (name, "9")).Trees!.MaxDepth);

    [Fact]
    public void The_same_name_in_two_spellings_is_refused() =>
        Assert.Throws<TrainerException>(() => Parse(("target", "y"), ("maxDepth", "9"), ("MAX_DEPTH", "9")));

    [Fact]
    public void Choices_are_read_in_any_case() =>
        Assert.Equal(UnknownCategory.Fail, Parse(("target", "y"), ("unknownCategory", "fail")).UnknownCategory);

    [Fact]
    public void A_description_reads_back_as_the_same_parameters()
    {
        var parameters = Parse(("target", "y"), ("eta", "0.05"), ("rowFilter", "a!=b; c<=2"), ("features", "a,c"), ("seed", "7"));
        Assert.Equal(parameters.Describe(), Parse([.. parameters.Describe().Select(pair => (pair.Key, pair.Value))]).Describe());
    }

    [Theory]
    [InlineData("[1]", "expected an object")]
    [InlineData("{\"eta\": {}}", "parameter 'eta' is a JSON Object")]
    [InlineData("{\"eta\": 0.1", "malformed JSON")]
    [InlineData("{\"eta\": 0.1, \"eta\": 0.2}", "given twice")]
    public async Task A_bad_parameters_file_is_refused(string content, string message)
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("params.json", content);
        var failure = await Assert.ThrowsAsync<TrainerException>(() => ParameterSource.ReadAsync(Environment(file), CancellationToken.None));
        Assert.Equal(ExitCode.Usage, failure.ExitCode);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_wins_over_variables_and_variables_add_to_it()
    {
        using var folder = new TemporaryFolder();
        var environment = Environment(folder.Write("params.json", """{"maxDepth": 4, "target": "price"}"""));
        var values = await ParameterSource.ReadAsync(
            environment with { Parameters = new Dictionary<string, string> { ["MAX_DEPTH"] = "9", ["ETA"] = "0.2" } }, CancellationToken.None);
        var parameters = TrainingParameters.Parse(values);
        Assert.Equal((4, 0.2), (parameters.Trees!.MaxDepth, parameters.Trees.Eta));
    }

    private static TrainerEnvironment Environment(string file) => new() { DatasetDirectory = "", OutputDirectory = "", ParametersFile = file };

    private static TrainingParameters Parse(params (string Name, string Value)[] values) =>
        TrainingParameters.Parse(values.ToDictionary(pair => pair.Name, pair => pair.Value));
}
