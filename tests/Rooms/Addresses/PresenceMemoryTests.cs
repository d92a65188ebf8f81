namespace Sylk.Conference.Rooms.Tests;

/// <summary>Who sees what of one address (section 11.8, RFC 3903 section 6).</summary>
public sealed class PresenceMemoryTests
{
    private const string Paula = "paula@a.example";
    private const string Romeo = "romeo@b.example";

    private readonly PresenceMemory _memory = new(Paula);
    private DateTimeOffset _now = new(2026, 11, 27, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Nothing_is_seen_before_it_is_granted_and_nothing_after_it_is_rejected()
    {
        Publish("", Reachability.Away);
        Assert.Equal(new PresenceView(WatchAnswer.Pending, State(Reachability.Offline)), _memory.Watch(Romeo, "xmpp", WatchAnswer.Pending, _now));
        Assert.Null(_memory.Show(Romeo, State(Reachability.Online), _now));
        Assert.Equal(new PresenceTold(Romeo, "xmpp", new PresenceView(WatchAnswer.Granted, State(Reachability.Away))), _memory.Answer(Romeo, WatchAnswer.Granted, _now));
        Assert.Equal(WatchAnswer.Granted, _memory.Watch(Romeo, "xmpp", WatchAnswer.Pending, _now)!.Answer);
        Assert.Equal(Reachability.Offline, _memory.Answer(Romeo, WatchAnswer.Rejected, _now)!.View.State.Reachability);
        Assert.Null(_memory.Show(Romeo, State(Reachability.Online), _now));
        Assert.Null(_memory.Answer("stranger@c.example", WatchAnswer.Granted, _now));
        Assert.False(_memory.Leave(Romeo));
    }

    [Fact]
    public void A_publication_is_changed_by_its_last_tag_only_and_runs_out()
    {
        _memory.Watch(Romeo, "xmpp", WatchAnswer.Granted, _now);
        var first = Publish("", Reachability.DoNotDisturb, told: 1)!;
        var second = Publish(first, null)!;
        Assert.NotEqual(first, second);
        Assert.Null(Publish(first, Reachability.Online));
        Assert.Null(Publish("", null));
        _now += TimeSpan.FromMinutes(9);
        Assert.Empty(_memory.Settle(_now));
        _now += TimeSpan.FromMinutes(1);
        Assert.Equal(Reachability.Offline, Assert.Single(_memory.Settle(_now)).View.State.Reachability);
        Assert.Null(Publish(second, null));
    }

    [Fact]
    public void Of_several_devices_the_last_that_spoke_is_believed_and_there_are_bounds()
    {
        var desk = Publish("", Reachability.Online)!;
        var pocket = Publish("", Reachability.OnThePhone)!;
        desk = Publish(desk, null)!;
        Assert.Equal(Reachability.OnThePhone, Seen());
        _memory.Publish(new PresenceOrder(Paula, pocket, null, TimeSpan.Zero), _now);
        Assert.Equal(Reachability.Online, Seen());
        for (var n = 1; n < PresenceMemory.MostPublications; n++)
            Assert.NotNull(Publish("", Reachability.Away));
        Assert.Null(Publish("", Reachability.Away));
        Assert.NotNull(Publish(desk, Reachability.Away));
        for (var n = 0; n < PresenceMemory.MostWatchers; n++)
            Assert.NotNull(_memory.Watch($"{n}@a.example", "sip", WatchAnswer.Granted, _now));
        Assert.Null(_memory.Watch(Romeo, "sip", WatchAnswer.Granted, _now));
    }

    private Reachability Seen() => _memory.Look(Romeo, WatchAnswer.Granted, _now).State.Reachability;

    private string? Publish(string tag, Reachability? reachability, int? told = null)
    {
        var (next, who) = _memory.Publish(new PresenceOrder(Paula, tag, reachability is { } known ? State(known) : null, TimeSpan.FromMinutes(10)), _now);
        if (told is { } count)
            Assert.Equal(count, who.Length);
        return next;
    }

    private static PresenceState State(Reachability reachability) => new(Paula, reachability);
}
