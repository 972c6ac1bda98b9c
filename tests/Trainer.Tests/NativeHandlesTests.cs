using ModelOperator.Torch;
using ModelOperator.XGBoost;

namespace ModelOperator.Trainer.Tests;

/// <summary>A training gives back what libxgboost and libtorch held for it.</summary>
[Collection(AloneGroup.Name)]
public sealed class NativeHandlesTests
{
    [Theory]
    [InlineData("GradientBoosting", "", 0)]
    [InlineData("GradientBoosting", "K_FOLD=2,EARLY_STOPPING_ROUNDS=3,OPTIMISE=Auto", 0)]
    [InlineData("RandomForest", "K_FOLD=2", 0)]
    [InlineData("Network", "EPOCHS=3,K_FOLD=2,OPTIMISE=Auto", 0)]
    [InlineData("GradientBoosting", "ETA=0.05", ExitCode.Yielded)]
    [InlineData("Network", "EPOCHS=40", ExitCode.Yielded)]
    public async Task A_training_leaves_nothing_behind_however_it_ends(string learner, string settings, int code)
    {
        // What tests before these left to the collector.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Held();
        using var trainer = new TrainerHarness();
        var parameters = settings.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static pair => (pair.Split('=')[0], pair.Split('=')[1]));
        (string, string)[] all = [("LEARNER", learner), ("ROUNDS", learner == "GradientBoosting" ? "20" : ""), .. parameters];
        Assert.Equal(code, await trainer.RunAsync(code == 0 ? null : "round=5 ", all));
        Assert.Equal(before, Held());
    }

    private static (int Boosters, int Matrices, int Networks) Held() => (XGBoostLibrary.Boosters, XGBoostLibrary.Matrices, TorchLibrary.Networks);
}
