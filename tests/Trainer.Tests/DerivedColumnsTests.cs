using ModelOperator.ModelFormat;
using ModelOperator.Trainer.Data;
using ModelOperator.Trainer.Parameters;

namespace ModelOperator.Trainer.Tests;

/// <summary>Parameter derive, from the data to model.json.</summary>
public sealed class DerivedColumnsTests
{
    private const string Derive = "area = size * size; old = if(age > 8, 1, 0); `area and age` = area - age * size";

    [Fact]
    public void Derived_columns_stand_behind_those_that_are_read()
    {
        var table = Read("b,c,a,y\n2,red,3,1\n4,blue,,1\n0,red,5,1\n", ("features", "a,b,c"), ("derive", "ab = a / b; twice = ab + ab"));
        Assert.Equal(["a", "b", "c", "ab", "twice"], table.Features.Select(column => column.Name));
        Assert.Equal([1.5f, float.NaN, float.NaN], table.Features[3].Values);
        Assert.Equal([3f, float.NaN, float.NaN], table.Features[4].Values);
    }

    [Theory]
    [InlineData("d = a * b", "", "parameter 'derive': 'd' (a * b) reads 'b', allowed are derived columns before it and the data's numeric columns but the target")]
    [InlineData("d = a * c", "", "parameter 'derive': 'd' (a * c) reads 'c'")]
    [InlineData("d = log(y)", "", "parameter 'derive': 'd' (log(y)) reads 'y'")]
    [InlineData("d = a; e = f; f = a", "", "parameter 'derive': 'e' (f) reads 'f'")]
    [InlineData("d = d + a", "", "parameter 'derive': 'd' (d + a) reads 'd'")]
    [InlineData("c = a", "", "d.csv:1: there is a column 'c' already (parameter 'derive')")]
    [InlineData("d = log(-a)", "", "parameter 'derive': 'd' (log(-a)) has no finite value in any row")]
    [InlineData("d = a + `c`", "c", "parameter 'derive': 'd' (a + `c`) reads 'c'")]
    [InlineData("d = -y", "c", "parameter 'derive': 'd' (-y) reads 'y'")]
    public void What_cannot_be_derived_is_named(string derive, string dropped, string message)
    {
        var failure = Assert.Throws<TrainerException>(() => Read("a,c,y\n1,red,2\n3,blue,4\n", ("derive", derive), ("dropColumns", dropped)));
        Assert.Equal(ExitCode.Data, failure.ExitCode);
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("features", "a")]
    [InlineData("dropColumns", "c,b")]
    public void A_formula_reads_columns_that_are_not_learned_from(string name, string value)
    {
        var table = Read("b,c,a,y\n2,red,3,1\n4,blue,,1\n0,red,5,1\n", (name, value), ("derive", "ab = a / b; twice = ab + ab + 0 * b"));
        Assert.Equal(["a", "ab", "twice"], table.Features.Select(column => column.Name));
        Assert.Equal([1.5f, float.NaN, float.NaN], table.Features[1].Values);
        Assert.Equal([3f, float.NaN, float.NaN], table.Features[2].Values);
        var only = Assert.Single(table.FormulaOnly);
        Assert.Equal("b", only.Name);
        Assert.Equal([2f, 4f, 0f], only.Values);
    }

    [Fact]
    public void Derived_columns_may_be_all_that_is_learned_from()
    {
        var table = Read("a,b,y\n2,3,1\n4,5,1\n", ("dropColumns", "a,b"), ("derive", "d = a * b"));
        Assert.Equal(("d", "a,b"), (Assert.Single(table.Features).Name, string.Join(',', table.FormulaOnly.Select(column => column.Name))));
    }

    [Theory]
    [InlineData("derive", "d = a *", "parameter 'derive': 'd = a *', character 8: the end, expected a number")]
    [InlineData("derive", "y = a", "parameter 'target' is 'y', allowed is columns of the data; 'y' is a derived one")]
    [InlineData("features", "a,d", "parameter 'features' is 'a,d', allowed is columns of the data; 'd' is a derived one")]
    [InlineData("dropColumns", "d", "parameter 'dropColumns' is 'd', allowed is columns of the data; 'd' is a derived one")]
    [InlineData("categorical", "d", "parameter 'categorical' is 'd', allowed is columns of the data; 'd' is a derived one")]
    public void A_definition_that_means_nothing_is_refused_before_the_data_is_read(string name, string value, string message)
    {
        Dictionary<string, string> values = new() { ["target"] = "y", ["derive"] = "d = a", [name] = value };
        var failure = Assert.Throws<TrainerException>(() => TrainingParameters.Parse(values));
        Assert.Equal(ExitCode.Usage, failure.ExitCode);
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_description_reads_back_as_the_same_parameters()
    {
        var parameters = Parameters(("derive", Derive));
        Assert.Equal("`area` = size * size; `old` = if(age > 8, 1, 0); `area and age` = area - age * size", parameters.Describe()["derive"]);
        Assert.Equal(parameters.Describe(), TrainingParameters.Parse(parameters.Describe()).Describe());
    }

    [Theory]
    [InlineData("GradientBoosting", "modelop/xgboost-v2")]
    [InlineData("RandomForest", "modelop/xgboost-v2")]
    [InlineData("Linear", "modelop/linear-v2")]
    [InlineData("Network", "modelop/torch-v2")]
    public async Task The_model_says_how_its_features_are_derived_in_a_format_that_older_servers_refuse(string learner, string format)
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(0, await trainer.RunAsync(("DERIVE", Derive), ("LEARNER", learner), ("ROUNDS", ""), (learner == "Network" ? "EPOCHS" : "K_FOLD", "3")));
        Assert.Equal(format, trainer.Result().GetProperty("model").GetProperty("format").GetString());
        var document = (await ModelBundle.LoadAsync(Path.Combine(trainer.Output, "model"), CancellationToken.None)).Document;
        Assert.Equal(format, document.Format);
        Assert.Equal(["size", "grade", "age"], document.Inputs.Select(feature => feature.Name));
        Assert.Equal([null, null, null, "size * size", "if(age > 8, 1, 0)", "area - age * size"], document.Features.Select(feature => feature.Derived));
        // As clients would send them: nothing derived.
        Assert.All(document.Samples, sample => Assert.Equal(["size", "grade", "age"], sample.Features.EnumerateObject().Select(property => property.Name)));
        var area = document.Features[3];
        Assert.Equal((document.Training.TrainRows, 0L, true), (area.Profile.Count, area.Profile.Missing, area.Profile.Bins!.IsSound));
        Assert.False(area.AllowMissing);
        // Where age is missing.
        Assert.True(document.Features[4] is { AllowMissing: true, Profile.Missing: > 0 });
        Assert.True(document.Features.Skip(3).Max(feature => feature.Importance) > 0.01);
        Assert.Equal(1, document.Features.Sum(feature => feature.Importance), 1e-6);
    }

    [Theory]
    [InlineData("GradientBoosting", "modelop/xgboost-v3")]
    [InlineData("RandomForest", "modelop/xgboost-v3")]
    [InlineData("Linear", "modelop/linear-v3")]
    [InlineData("Network", "modelop/torch-v3")]
    public async Task What_formulas_alone_read_is_an_input_in_a_format_that_older_servers_refuse(string learner, string format)
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(0, await trainer.RunAsync(("DERIVE", Derive), ("DROP_COLUMNS", "size"), ("LEARNER", learner), ("ROUNDS", ""), (learner == "Network" ? "EPOCHS" : "K_FOLD", "3")));
        Assert.Equal(format, trainer.Result().GetProperty("model").GetProperty("format").GetString());
        var document = (await ModelBundle.LoadAsync(Path.Combine(trainer.Output, "model"), CancellationToken.None)).Document;
        Assert.Equal(["grade", "age", "size"], document.Inputs.Select(feature => feature.Name));
        Assert.Equal(["grade", "age", "area", "old", "area and age"], document.Columns.Select(feature => feature.Name));
        Assert.All(document.Samples, sample => Assert.Equal(["grade", "age", "size"], sample.Features.EnumerateObject().Select(property => property.Name)));
        var size = document.Features[2];
        Assert.Equal((document.Training.TrainRows, true, 0), (size.Profile.Count, size.Profile.Bins!.IsSound, size.Importance));
        Assert.Equal(1, document.Features.Sum(feature => feature.Importance), 1e-6);
    }

    [Theory]
    [InlineData("modelop/xgboost-v3", "modelop/xgboost-v2", "has no features for formulas alone, but there are some")]
    [InlineData("\"formulaOnly\": true,", "", "needs features for formulas alone, and there are none")]
    [InlineData("\"derived\": \"size * size\",", "\"derived\": \"size * size\", \"formulaOnly\": true,", "feature 'area' is for formulas alone, and no number that clients send")]
    public async Task A_model_whose_features_for_formulas_make_no_sense_is_refused(string part, string instead, string message)
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(0, await trainer.RunAsync(("DERIVE", Derive), ("DROP_COLUMNS", "size"), ("ROUNDS", "3")));
        var text = await File.ReadAllTextAsync(Path.Combine(trainer.Output, "model", "model.json"));
        Assert.Contains(part, text, StringComparison.Ordinal);
        var failure = Assert.Throws<ModelFormatException>(() => ModelBundle.Parse(System.Text.Encoding.UTF8.GetBytes(text.Replace(part, instead, StringComparison.Ordinal))));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_derived_column_helps_a_linear_model()
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(0, await trainer.RunAsync(("LEARNER", "Linear"), ("ROUNDS", "")));
        var without = Rmse(trainer);
        Assert.Equal(0, await trainer.RunAsync(("LEARNER", "Linear"), ("ROUNDS", ""), ("DERIVE", "area = size * size")));
        Assert.True(Rmse(trainer) < without / 2);
        static double Rmse(TrainerHarness trainer) => trainer.Result().GetProperty("metrics").GetProperty("validation_rmse").GetDouble();
    }

    [Theory]
    [InlineData("modelop/xgboost-v2", "modelop/xgboost-v1", "has no derived features, but there are some")]
    [InlineData("\"derived\": \"size * size\"", "\"derived\": \"size *\"", "derived feature 'area' is 'size *', character 7: the end, expected")]
    [InlineData("\"derived\": \"size * size\"", "\"derived\": \"size * grade\"", "derived feature 'area' reads 'grade', which is no numeric feature before it")]
    [InlineData("\"derived\": \"size * size\"", "\"derived\": \"size + old\"", "derived feature 'area' reads 'old', which is no numeric feature before it")]
    [InlineData("\"derived\": \"area - age * size\",", "", "feature 'area and age' stands behind a derived one and is not a derived number itself")]
    public async Task A_model_whose_derived_features_make_no_sense_is_refused(string part, string instead, string message)
    {
        using var trainer = new TrainerHarness();
        Assert.Equal(0, await trainer.RunAsync(("DERIVE", Derive), ("ROUNDS", "3")));
        var text = await File.ReadAllTextAsync(Path.Combine(trainer.Output, "model", "model.json"));
        Assert.Contains(part, text, StringComparison.Ordinal);
        var failure = Assert.Throws<ModelFormatException>(() => ModelBundle.Parse(System.Text.Encoding.UTF8.GetBytes(text.Replace(part, instead, StringComparison.Ordinal))));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    private static Table Read(string text, params (string, string)[] parameters) => TableReader.Read(Parameters(parameters), new StringReader(text), "d.csv");

    private static TrainingParameters Parameters(params (string Name, string Value)[] values) =>
        TrainingParameters.Parse(values.Append(("target", "y")).ToDictionary(pair => pair.Item1, pair => pair.Item2));
}
