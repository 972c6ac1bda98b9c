using System.Globalization;
using ModelOperator.CarbonBudgets;
using ModelOperator.ModelVersions;
using ModelOperator.Registry;
using ModelOperator.TrainingRuns;

namespace ModelOperator.Tests.Registry;

public sealed class RegistryRowsTests
{
    [Theory]
    [InlineData("uid", "uid-a")]
    [InlineData("namespace", "ml")]
    [InlineData("name", "a")]
    [InlineData("model", "diamonds")]
    [InlineData("phase", "Succeeded")]
    [InlineData("executions", 1L)]
    [InlineData("pauses", 0L)]
    [InlineData("sweep", null)]
    [InlineData("trial", null)]
    [InlineData("device", "cpu")]
    [InlineData("estimate_milliwatt_hours_p95", 2_000L)]
    [InlineData("estimate_milligrams_p50", 400L)]
    [InlineData("energy_milliwatt_hours", 1_000L)]
    [InlineData("emissions_milligrams", 500L)]
    [InlineData("intensity_milligrams_per_kwh", 416_667L)]
    [InlineData("energy_method", "ModelledCPU")]
    [InlineData("model_version", "diamonds-1")]
    [InlineData("params", """{"eta":"0.1","rounds":"300"}""")]
    [InlineData("metrics", """{"note":"fine","rmse":0.4515}""")]
    [InlineData("datasets", null)]
    [InlineData("deleted_at", null)]
    public void A_finished_run_gives_its_columns(string column, object? expected) =>
        Assert.Equal(expected, RunRows.Of(Samples.Finished("a"), null)[0][column]);

    [Fact]
    public void A_run_before_its_first_status_is_pending_and_has_no_attempts()
    {
        var row = Assert.Single(RunRows.Of(Samples.Run("a") with { Status = null }, null));
        Assert.Equal(("Pending", 0L), (row["phase"], row["executions"]));
    }

    [Fact]
    public void The_current_attempt_replaces_its_entry_in_the_history()
    {
        var run = Samples.Run("a");
        run.Status = run.Status! with { History = [new() { Number = 0, ExitCode = 137 }, new() { Number = 1, Reason = "old" }] };
        var rows = RunRows.Of(run, null);
        Assert.Equal([RegistryTables.Runs, RegistryTables.RunAttempts, RegistryTables.RunAttempts], rows.Select(static row => row.Table));
        Assert.Equal((137L, "a-1-0"), (rows[1]["exit_code"], rows[2]["pod_name"]));
    }

    [Theory]
    [InlineData("diamonds-7", 7L)]
    [InlineData("diamonds-007", null)]
    [InlineData("diamonds-0", null)]
    [InlineData("diamonds-x", null)]
    [InlineData("diamonds", null)]
    [InlineData("rubies-7", null)]
    public void A_version_whose_name_is_none_has_no_row_and_takes_nobody_elses(string name, long? expected)
    {
        var rows = ModelRows.Of(Samples.Version(1) with { Metadata = Samples.Meta(name, "u"), Status = null }, null);
        Assert.Equal(expected, rows.IsEmpty ? null : rows[^1]["number"]);
    }

    [Fact]
    public void A_holder_goes_before_its_alias_and_an_alias_without_holder_waits_but_is_kept()
    {
        var rows = ModelRows.Of(Samples.Model(("champion", 1), ("next", 9)), static name => name == "diamonds-1" ? Samples.Version(1) : null, null);
        Assert.Equal(["models", "aliases given up", "models", "model_versions", "aliases"], rows.Select(static row => row.Table.Name));
        Assert.Equal("""["champion","next"]""", rows[1]["kept"]);
        Assert.Equal((1L, "Git"), (rows[4]["number"], rows[4]["owner"]));
    }

    [Fact]
    public void A_model_without_a_status_gives_no_alias_up() =>
        Assert.Single(ModelRows.Of(new V1Model { Metadata = Samples.Meta("diamonds", "u") }, static _ => null, null));

    [Theory]
    [InlineData(9, "0.051")]
    [InlineData(8, null)]
    public void An_outcome_takes_the_numbers_of_the_decision_that_ended_it(int decided, string? value)
    {
        var canary = Samples.Canary(Samples.Decision(decided, "Rollback", "MetricFailed", "errors"), Samples.Outcome(9, "RolledBack", "errors"));
        var rows = CanaryRows.Of(canary);
        Assert.Equal(["canaries", "canary_outcomes", "decisions"], rows.Select(static row => row.Table.Name));
        Assert.Equal(value, rows[1]["value"]);
    }

    [Fact]
    public void A_canary_without_time_or_status_gives_itself_alone()
    {
        Assert.Equal(["canaries"], CanaryRows.Of(Samples.Canary(null) with { Status = null }).Select(static row => row.Table.Name));
        Assert.Equal(["canaries"], CanaryRows.Of(Samples.Canary(Samples.Decision(1, "Start", "x") with { Time = null }, Samples.Outcome(1, "Promoted") with { FinishedAt = null })).Select(static row => row.Table.Name));
    }

    [Fact]
    public void A_budget_gives_its_window_its_roll_and_its_reservations()
    {
        var rows = BudgetRows.Of(Samples.Budget(("a", 800)));
        Assert.Equal(["budgets", "budget_windows", "budget_windows closed", "budget_ledger", "budget_ledger"], rows.Select(static row => row.Table.Name));
        Assert.Equal(("team", "Month", 1L), (rows[0]["name"], rows[0]["budget_window"], rows[0]["held_runs"]));
        Assert.Equal(("roll", ""), (rows[3]["kind"], rows[3]["run_uid"]));
        Assert.Equal(("reserve", "uid-a", 800L, Samples.Noon, "P95"), (rows[4]["kind"], rows[4]["run_uid"], rows[4]["milligrams"], rows[4]["reserved_at"], rows[4]["basis"]));
    }

    [Fact]
    public void A_budget_over_many_namespaces_gives_rows_of_its_kind_and_reservations_under_their_runs_namespaces()
    {
        var budget = new V1ClusterCarbonBudget
        {
            Metadata = new() { Name = "team", Uid = "uid-cluster", CreationTimestamp = Samples.Noon },
            Status = Samples.Budget().Status! with { Holds = [new CarbonHold { RunUid = "uid-a", RunName = "a", RunNamespace = "ml", Milligrams = 800, ReservedAt = Samples.Noon }] },
        };
        var rows = BudgetRows.Of(budget);
        Assert.Equal(("", "ClusterCarbonBudget"), (rows[0]["namespace"], rows[0]["budget_kind"]));
        Assert.Equal(("", "roll", "ClusterCarbonBudget"), (rows[3]["namespace"], rows[3]["kind"], rows[3]["budget_kind"]));
        Assert.Equal(("ml", "a", "uid-cluster", "ClusterCarbonBudget"), (rows[4]["namespace"], rows[4]["run"], rows[4]["budget_uid"], rows[4]["budget_kind"]));
        var settled = BudgetRows.Of(Samples.Finished("a"), [Samples.Budget(), budget with { Status = budget.Status with { Holds = null } }]);
        Assert.Equal(["CarbonBudget", "ClusterCarbonBudget"], settled.Select(static r => r["budget_kind"]).Order());
    }

    public static TheoryData<string, string?> Settlements => new()
    {
        { "finished, hold gone", "budget_ledger settle 500 1200 ModelledCPU certain" },
        { "finished, hold there", null },
        { "finished, other model", "budget_ledger settle 500 1200 ModelledCPU if archived" },
        { "finished, budget made later", "budget_ledger settle 500 1200 ModelledCPU if archived" },
        { "failed before it started", "budget_ledger settle 0 0 NothingUsed if archived" },
        { "waiting, no hold", "budget_ledger release" },
        { "running, no hold", null },
    };

    [Theory]
    [MemberData(nameof(Settlements))]
    public void A_run_means_this_to_a_budget(string scene, string? expected)
    {
        var (budget, run) = (Samples.Budget(), Samples.Finished("a"));
        switch (scene)
        {
            case "finished, hold there":
                budget = Samples.Budget(("a", 800));
                break;
            case "finished, other model":
                budget = budget with { Spec = new() { Limit = new(), Selector = new CarbonBudgetSelector { ModelNames = ["rubies"] } } };
                break;
            case "finished, budget made later":
                budget.Metadata.CreationTimestamp = Samples.Noon.AddHours(1);
                break;
            case "failed before it started":
                run = Samples.Run("a", TrainingRunPhase.Failed) with { Status = new() { Phase = TrainingRunPhase.Failed } };
                break;
            case "waiting, no hold":
                run = Samples.Run("a") with { Status = new() { Phase = TrainingRunPhase.Queued } };
                break;
            case "running, no hold":
                run = Samples.Run("a");
                break;
            default:
                break;
        }

        var row = BudgetRows.Of(run, [budget]).SingleOrDefault();
        var actual = row?.Table == LedgerTables.Settlements
            ? string.Create(CultureInfo.InvariantCulture, $"{row.Table.Name} {row["milligrams"]} {row["milliwatt_hours"]} {row["basis"]} {(row["certain"] is true ? "certain" : "if archived")}")
            : row?.Table.Name;
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Text_loses_what_postgresql_cannot_hold()
    {
        Assert.Equal("a\uFFFDb", RegistryTables.ModelNames.Row(("namespace", "ml"), ("name", "a\0b"))["name"]);
        Assert.Equal("{\"k\uFFFD\":\"\uFFFD\"}", RegistryJson.Strings(new Dictionary<string, string> { ["k\0"] = "\0" }));
    }

    [Theory]
    [InlineData("0.25", "0.25")]
    [InlineData("1e3", "1000")]
    [InlineData("NaN", "\"NaN\"")]
    [InlineData("Infinity", "\"Infinity\"")]
    [InlineData("1e999", "\"1e999\"")]
    [InlineData("good", "\"good\"")]
    public void A_metric_is_a_number_only_when_it_is_one(string value, string expected) =>
        Assert.Equal($"{{\"m\":{expected}}}", RegistryJson.Metrics([new() { Name = "m", Value = value }]));

    [Fact]
    public void Digests_tell_rows_apart_and_agree_on_equal_ones()
    {
        byte[] Of(string space, string name) => RowDigest.Of([RegistryTables.ModelNames.Row(("namespace", space), ("name", name))]);
        Assert.Equal(Of("a", "b"), Of("a", "b"));
        Assert.NotEqual(Of("ab", ""), Of("a", "b"));
        Assert.NotEqual(RowDigest.Of(RunRows.Of(Samples.Run("a"), null)), RowDigest.Of(RunRows.Of(Samples.Run("a", failures: 1), null)));
        Assert.Equal(RowDigest.Of(RunRows.Of(Samples.Finished("a"), null)), RowDigest.Of(RunRows.Of(Samples.Finished("a"), null)));
    }
}
