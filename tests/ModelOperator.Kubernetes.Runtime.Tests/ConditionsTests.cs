namespace ModelOperator.Kubernetes.Runtime.Tests;

public sealed class ConditionsTests
{
    private static readonly DateTimeOffset Then = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Now = Then.AddHours(1);

    [Theory]
    [InlineData("a new status moves the transition time", "False", "Old", "old", "True", "New", "new", true)]
    [InlineData("a new reason alone keeps it", "True", "Old", "same", "True", "New", "same", false)]
    [InlineData("a new message alone keeps it", "True", "Same", "old", "True", "Same", "new", false)]
    [InlineData("nothing new keeps it", "True", "Same", "same", "True", "Same", "same", false)]
    [InlineData("Unknown is a status of its own", "Unknown", "Same", "same", "False", "Same", "same", true)]
    public void Transition_time(
        string because, string oldStatus, string oldReason, string oldMessage, string status, string reason, string message, bool moves)
    {
        V1Condition[] before = [new() { Type = "Ready", Status = oldStatus, Reason = oldReason, Message = oldMessage, LastTransitionTime = Then, ObservedGeneration = 1 }];
        var after = Assert.Single(Conditions.Set(before, "Ready", status, reason, message, 2, Now));
        Assert.True(after.LastTransitionTime == (moves ? Now : Then), because);
        Assert.Equal((status, reason, message, 2L), (after.Status, after.Reason, after.Message, after.ObservedGeneration));
        Assert.Equal(oldStatus, before[0].Status);
    }

    [Fact]
    public void A_first_condition_carries_the_time_of_now_in_whole_seconds()
    {
        var after = Assert.Single(Conditions.Set(null, "Ready", true, "R", "m", 1, Now.AddMilliseconds(789)));
        Assert.Equal(Now, after.LastTransitionTime);
    }

    [Fact]
    public void Order_and_other_conditions_stay()
    {
        V1Condition[] before = [new() { Type = "A" }, new() { Type = "B" }, new() { Type = "C" }];
        var after = Conditions.Set(before, "B", false, "R", "m", null, Now);
        Assert.Equal(["A", "B", "C"], after.Select(c => c.Type));
        Assert.Equal(["A", "C"], Conditions.Remove(after, "B").Select(c => c.Type));
    }

    [Fact]
    public void Absent_is_neither_true_nor_false()
    {
        Assert.False(Conditions.IsTrue(null, "Ready"));
        Assert.False(Conditions.IsFalse([], "Ready"));
        Assert.False(Conditions.IsTrue([new() { Type = "Ready", Status = "Unknown" }], "Ready"));
    }

    [Fact]
    public void Setting_twice_is_the_same_as_setting_once()
    {
        var once = Conditions.Set(null, "Ready", true, "R", "m", 1, Then);
        Assert.Equal(once, Conditions.Set(once, "Ready", true, "R", "m", 1, Now));
    }
}
