using System.Text;
using ModelOperator.Fakes;
using ModelOperator.Kubernetes.Runtime.Events;
using ModelOperator.Kubernetes.Runtime.Tests.Support;

namespace ModelOperator.Kubernetes.Runtime.Tests.Events;

public sealed class EventRecorderTests : RuntimeTest
{
    private static readonly V1ObjectReference One = new() { ApiVersion = "v1", Kind = "Widget", Name = "one", NamespaceProperty = Space, Uid = "u1" };

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task An_event_says_what_happened_to_what()
    {
        var recorder = await StartedAsync();
        recorder.Record(One, EventNote.Warning("NameConflict", "the name is taken"), "widget-room");
        await EventuallyAsync(() => Server.All("events").Count == 1, "the event");
        var made = Server.All("events")[0];
        Assert.Equal(
            ("Warning", "NameConflict", "the name is taken", "modeloperator.io/widget-room", "one"),
            ((string?)made["type"], (string?)made["reason"], (string?)made["note"], (string?)made["reportingController"], (string?)made["regarding"]!["name"]));
        Assert.StartsWith("one.", (string?)made["metadata"]!["name"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_storm_of_one_event_is_one_object_and_few_writes()
    {
        var recorder = await StartedAsync();
        for (var i = 0; i < 500; i++)
            recorder.Record(One, EventNote.Normal("Again", "same"), "room");
        await EventuallyAsync(() => Server.All("events").Count == 1, "the event");
        await Task.Delay(100, Token);
        Assert.Single(Server.Writes);
        _time.Advance(TimeSpan.FromSeconds(31));
        recorder.Record(One, EventNote.Normal("Again", "same"), "room");
        await EventuallyAsync(() => (int?)Server.All("events")[0]["series"]?["count"] == 501, "the count");
        Assert.Equal(2, Server.Writes.Count);
    }

    [Fact]
    public async Task After_a_restart_a_repetition_still_counts_on_the_first()
    {
        (await StartedAsync()).Record(One, EventNote.Normal("Again", "same"), "room");
        await EventuallyAsync(() => Server.All("events").Count == 1, "the event");
        (await StartedAsync()).Record(One, EventNote.Normal("Again", "same"), "room");
        await EventuallyAsync(() => (int?)Server.All("events")[0]["series"]?["count"] == 2, "the count");
        Assert.Single(Server.All("events"));
    }

    [Fact]
    public async Task Different_messages_and_incarnations_are_different_events()
    {
        var recorder = await StartedAsync();
        recorder.Record(One, EventNote.Normal("R", "a"), "room");
        recorder.Record(One, EventNote.Normal("R", "b"), "room");
        recorder.Record(One with { Uid = "u2" }, EventNote.Normal("R", "a"), "room");
        await EventuallyAsync(() => Server.All("events").Count == 3, "three events");
    }

    [Fact]
    public async Task A_refusal_drops_the_event_and_not_the_recorder()
    {
        Server.Inject(new Fault(r => r.Resource == "events", FaultKind.Status) { Code = 403, Reason = "Forbidden", Times = 1 });
        var recorder = await StartedAsync();
        recorder.Record(One, EventNote.Normal("R", "lost"), "room");
        recorder.Record(One, EventNote.Normal("R", "kept"), "room");
        await EventuallyAsync(() => Server.All("events").Count == 1, "the second event");
        Assert.Equal("kept", (string?)Server.All("events")[0]["note"]);
    }

    [Fact]
    public void Recording_never_blocks_when_nobody_writes()
    {
        var recorder = New();
        for (var i = 0; i < 10_000; i++)
            recorder.Record(One, EventNote.Normal("R", $"{i}"), "room");
    }

    [Theory]
    [InlineData(10, "short", "short")]
    [InlineData(5, "abcdefgh", "ab…")]
    [InlineData(8, "ääääää", "ää…")]
    [InlineData(10, "😀😀😀😀", "😀…")]
    public void Texts_are_cut_between_characters(int most, string text, string cut)
    {
        Assert.Equal(cut, EventBodies.Cut(text, most));
        Assert.True(Encoding.UTF8.GetByteCount(EventBodies.Cut(text, most)) <= most);
    }

    private EventRecorder New() => Own(new EventRecorder(Client, new EventRecorderOptions(), _time, Metrics, Silent<EventRecorder>()));

    private async Task<EventRecorder> StartedAsync()
    {
        var recorder = New();
        await recorder.StartAsync(Token);
        return recorder;
    }
}
