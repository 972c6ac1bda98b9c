using ModelOperator.Api;
using ModelOperator.Hosting;
using ModelOperator.Kubernetes.Runtime.Admission;
using ModelOperator.TrainingRuns;
using ModelOperator.TrainingRuns.Sweeps;
using static ModelOperator.Tests.CarbonBudgets.Budgets;

namespace ModelOperator.Tests.CarbonBudgets.Overrides;

/// <summary>Who created an object, as the webhooks stamp and keep it.</summary>
public sealed class CreatorsTests
{
    private const string Self = "system:serviceaccount:model-operator-system:model-operator";

    private static AdmissionInput<V1TrainingRun> Input(string? before, string? after, string user, bool create) => new(
        create ? "CREATE" : "UPDATE", Run("r", 1).By(after), create ? null : Run("r", 1).By(before), new() { Username = user }, "team", null, false);

    [Theory]
    // before, after, who asks: what the mutating webhook makes of it
    [InlineData(true, null, null, "alice", "alice")]
    [InlineData(true, null, "bob", "alice", "alice")] // whoever the user says
    [InlineData(true, null, "alice", "alice", "alice")]
    [InlineData(true, null, "bob", Self, "bob")] // a trial of Bob's sweep
    [InlineData(true, null, null, Self, null)]
    [InlineData(false, "alice", null, "bob", "alice")] // replaced as a whole
    [InlineData(false, "alice", "alice", "bob", "alice")]
    [InlineData(false, "alice", "bob", "bob", "bob")] // left to the refusal
    [InlineData(false, null, null, "bob", null)]
    public void The_stamp_is_the_requesting_user(bool create, string? before, string? after, string user, string? expected)
    {
        var input = Input(before, after, user, create);
        var answer = Creators.Stamp(input, Self);
        Assert.True(answer.Allowed);
        var stamped = answer.Patch is null ? after : (string?)(answer.Patch[0]!["value"] is System.Text.Json.Nodes.JsonObject all ? all[ModelOperatorApi.CreatedByAnnotation] : answer.Patch[0]!["value"]);
        Assert.Equal(expected, stamped);
        Assert.Equal(expected == after, answer.Patch is null);
        if (answer.Patch is { } patch)
            Assert.Equal(after is null ? "/metadata/annotations" : "/metadata/annotations/modeloperator.io~1created-by", (string?)patch[0]!["path"]);
    }

    [Theory]
    [InlineData(true, null, "alice", "alice", true)]
    [InlineData(true, null, null, "alice", true)] // the mutating webhook is not there: nobody is known, and nobody can approve
    [InlineData(true, null, "bob", "alice", false)]
    [InlineData(true, null, "bob", Self, true)]
    [InlineData(false, "alice", "alice", "bob", true)]
    [InlineData(false, "alice", "bob", "bob", false)]
    [InlineData(false, "alice", null, "alice", false)]
    [InlineData(false, null, "bob", "alice", false)]
    [InlineData(false, null, null, "alice", true)]
    public void A_stamp_of_somebody_else_and_a_change_of_it_are_refused(bool create, string? before, string? after, string user, bool allowed)
    {
        var answer = Creators.Refusal(Input(before, after, user, create), Self);
        Assert.Equal(allowed, answer is null);
        if (!allowed)
            Assert.Contains($"metadata.annotations[modeloperator.io/created-by]: '{after}' is not allowed", answer!.Message, StringComparison.Ordinal);
        var going = Input(before, after, user, create);
        going.New!.Metadata.DeletionTimestamp = Now;
        Assert.Null(Creators.Refusal(going, Self));
    }

    [Fact]
    public void An_annotation_of_a_users_own_stays_beside_the_stamp()
    {
        var input = Input(null, null, "alice", true);
        input.New!.Metadata.Annotations = new(StringComparer.Ordinal) { ["note"] = "mine" };
        Assert.Equal("""[{"op":"add","path":"/metadata/annotations/modeloperator.io~1created-by","value":"alice"}]""", Creators.Stamp(input, Self).Patch!.ToJsonString());
    }

    [Theory]
    [InlineData("alice", "alice")]
    [InlineData(null, null)]
    public void A_trial_has_the_creator_of_its_sweep(string? creator, string? expected)
    {
        var trial = SweepChild.Build(Run("search", 1).By(creator), new SweepTrialPlan(3, new SweepPoint(null, [])));
        Assert.Equal(expected, Creators.Of(trial.Metadata));
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("system:serviceaccount:argocd:app, system:serviceaccount:ci:robot", "system:serviceaccount:argocd:app|system:serviceaccount:ci:robot")]
    [InlineData("alice", null)]
    [InlineData("system:serviceaccount:argocd", null)]
    [InlineData("system:serviceaccount::x", null)]
    public void The_service_accounts_that_may_approve_are_a_setting(string? text, string? expected)
    {
        OperatorOptions Read() => OperatorOptionsReader.Read(name => name == "MODELOP_OVERRIDE_SERVICE_ACCOUNTS" ? text : null);
        if (expected is null)
            Assert.Contains(text!, Assert.Throws<FormatException>(Read).Message, StringComparison.Ordinal);
        else
            Assert.Equal(expected, string.Join('|', Read().Overrides.ServiceAccounts));
        Assert.False(OperatorOptionsReader.Read(static name => name == "MODELOP_WEBHOOK_PORT" ? "0" : null).Overrides.Verified);
    }
}
