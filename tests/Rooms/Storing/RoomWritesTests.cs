using System.Collections.Immutable;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms.Tests;

/// <summary>What each event of a room means in its row.</summary>
public sealed class RoomWritesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private static readonly Seat Ann = new()
    {
        Id = "pt_1",
        Order = 0,
        Identity = "ann",
        Proved = true,
        DisplayName = "Ann",
        Kind = ParticipantKind.Web,
        Role = ParticipantRole.Member,
        Hidden = false,
        JoinedAt = Noon,
        Attributes = ImmutableSortedDictionary<string, string>.Empty.Add("k", "v"),
        Granted = Caps.Chat | Caps.Moderate,
        ConnectionId = "c-1",
        KeyFingerprint = "f",
    };

    private static readonly TrackDeclaration Microphone = new("0", TrackSource.Microphone, TrackId: "tr_1");

    private static readonly ChatMessage Line = new()
    {
        Id = "msg_1",
        Sequence = 1,
        From = new("pt_1", "ann", "Ann", ParticipantKind.Web),
        Content = "hi",
        ContentType = "text/plain",
        ClientId = "c1",
        Timestamp = Noon,
        Via = "web",
    };

    private static readonly RoomFile File = new()
    {
        Id = "fl_1",
        Name = "a.txt",
        Size = 3,
        ContentType = "text/plain",
        From = Line.From,
        Timestamp = Noon,
    };

    private static readonly Invite Invite = new() { Id = "inv_1", CreatedAt = Noon };

    /// <summary>One of each kind, in an order in which they could happen, with what is to be found in the row afterwards.</summary>
    private static readonly (RoomEvent Event, string? Key)[] Samples =
    [
        (new ConfigChanged(new RoomConfig { Id = "rm_1", Name = "a", Permanent = true, CreatedAt = Noon }), null),
        (new SessionOpened("ses_1", Noon), "session"),
        (new Seated(Ann), "seat/pt_1"),
        (new SeatChanged(Ann with { Away = true }, true), "seat/pt_1"),
        (new TracksDeclared("pt_1", [Microphone]), "tracks/pt_1"),
        (new TrackMuteSet("tr_1", true), "tracks/pt_1"),
        (new TrackBegan(new("tr_1", "pt_1", TrackSource.Microphone, TrackKind.Audio, false, "opus", null)), null),
        (new SpotlightSet(["tr_1"], "pt_1"), "spotlight"),
        (new TrackStopped("tr_1"), null),
        (new IdentityBanned("bob", null), EntryKeys.Of("out/", "bob")),
        (new IdentityBanned("eve", Noon.AddDays(1)), EntryKeys.Of("ban/", "eve")),
        (new TokensVoided("eve", Noon), EntryKeys.Of("void/", "eve")),
        (new ChatPosted(Line), null),
        (new ChatEdited(Line with { Content = "hello", EditedAt = Noon }), null),
        (new ChatTakenBack(Line with { Content = "", Deleted = true }), null),
        (new SenderSilenced("ann", Noon.AddMinutes(1)), null),
        (new FilesKeyed("secret"), "files"),
        (new FileAnnounced(File), "file/fl_1"),
        (new FileListed(File with { Listed = true }), "file/fl_1"),
        (new Knocked(new Waiter(Ann with { Id = "pt_2", Identity = "sam" }, [], Noon, Noon.AddMinutes(30), "192.0.2.1")), "wait/pt_2"),
        (new WaiterGone("pt_2", LetIn: true), EntryKeys.Of("known/", "sam")),
        (new InviteSet(Invite), "invite/inv_1"),
        (new SourceSuspected("192.0.2.1"), EntryKeys.Of("suspect/", "192.0.2.1")),
        (new VacancyChanged(Noon), null),
        (new EmptinessChanged(Noon), null),
        (new HomeChanged(), null),
        (new KeysPressed(new CallInfo { Id = "call_1", Direction = CallDirection.In, State = CallState.Answered, From = "a", To = "sip:x@y.example", Room = "a", ParticipantId = "pt_9", DisplayName = "X", StartedAt = Noon }, "5"), null),
        (new CallNoted(new CallInfo { Id = "call_1", Direction = CallDirection.Out, State = CallState.Dialing, From = "a", To = "sip:x@y.example", Room = "a", ParticipantId = "pt_9", DisplayName = "X", StartedAt = Noon }), null),
        (new Told(rev => new Announced(rev, null, "x")), null),
        (new InviteRevoked("inv_1"), null),
        (new FileDropped("fl_1", null), null),
        (new Unseated("pt_1", "left", null), null),
        (new SessionClosed("over", null), null),
    ];

    [Fact(DisplayName = "Storing: every kind of event has its place in the row, or none on purpose")]
    public void The_mapping_is_complete()
    {
        var kinds = typeof(RoomEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(RoomEvent)));
        Assert.Equal(kinds.Select(type => type.Name).Order(), Samples.Select(sample => sample.Event.GetType().Name).Distinct().Order());
    }

    [Fact]
    public void Each_event_writes_what_it_means()
    {
        var (state, kept) = (new RoomState("a"), new KeptRoom());
        foreach (var (happened, key) in Samples)
        {
            kept.Write(RoomWrites.Of(state, kept.Entries, [happened], Noon));
            state.Apply(happened);
            if (key is not null)
                Assert.Contains(key, kept.Entries.Keys);
        }
        Assert.Equal([EntryKeys.Of("ban/", "eve"), "files", EntryKeys.Of("void/", "eve")], kept.Entries.Keys);
        Assert.Equal(new SessionRecord("ses_1", "a", Noon, Noon, "over", 1, 1), Assert.Single(kept.Sessions));
        Assert.Equal(3, kept.Messages.Count);
    }

    [Fact]
    public void A_decision_of_many_events_writes_the_same_as_its_events_one_by_one()
    {
        var (state, together, single) = (new RoomState("a"), new KeptRoom(), new KeptRoom());
        together.Write(RoomWrites.Of(state, together.Entries, [.. Samples.Take(8).Select(sample => sample.Event)], Noon));
        foreach (var (happened, _) in Samples.Take(8))
        {
            single.Write(RoomWrites.Of(state, single.Entries, [happened], Noon));
            state.Apply(happened);
        }
        Assert.Equal(single.Entries, together.Entries);
    }

    [Fact]
    public void Forgetting_a_room_keeps_who_was_removed_from_it()
    {
        var (state, kept) = (new RoomState("a"), new KeptRoom());
        foreach (var (happened, _) in Samples.Take(12))
        {
            kept.Write(RoomWrites.Of(state, kept.Entries, [happened], Noon));
            state.Apply(happened);
        }
        kept.Write(RoomWrites.Of(state, kept.Entries, [new ConfigChanged(null)], Noon));
        Assert.Equal([EntryKeys.Of("ban/", "eve"), EntryKeys.Of("void/", "eve")], kept.Entries.Keys);
        var restored = kept.Restore("a", Noon.AddHours(1));
        Assert.True(restored.Exclusions.IsBanned("eve", Noon.AddHours(1)));
        Assert.Null(restored.Config);
    }

    [Fact(DisplayName = "Storing: a seat comes back as it was, without its connection")]
    public void A_seat_comes_back()
    {
        var (state, kept) = (new RoomState("a"), new KeptRoom());
        foreach (var (happened, _) in Samples.Take(6))
        {
            kept.Write(RoomWrites.Of(state, kept.Entries, [happened], Noon));
            state.Apply(happened);
        }
        var restored = kept.Restore("a", Noon.AddHours(1));
        var seat = Assert.Single(restored.Seats.Values);
        Assert.Equal((ParticipantState.Reconnecting, Noon.AddHours(1) + RoomsSettings.ResumeWindow), (seat.State, seat.Deadline));
        Assert.Equal((Ann.Granted, Ann.KeyFingerprint, true, "v"), (seat.Granted, seat.KeyFingerprint, seat.Away, seat.Attributes["k"]));
        Assert.Equal([Microphone with { Muted = true }], restored.Declared("pt_1"));
    }

    [Theory(DisplayName = "F-25 A damaged or later entry is noticed")]
    [InlineData("seat/pt_9", """{"v":2,"fact":{}}""")]
    [InlineData("seat/pt_9", """{"v":1,"fact":{"id":"pt_9"}}""")]
    [InlineData("seat/pt_9", """{"v":1}""")]
    [InlineData("seat/pt_9", """{"v":1,"fact":nu""")]
    [InlineData("ban/x", """{"v":1,"fact":{"identity":null}}""")]
    [InlineData("session", """[]""")]
    public void A_damaged_entry_is_noticed(string key, string value) =>
        Assert.Null(StoredRoom.Read(new(RoomLoadStatus.Found, 1, null, [new(key, value)], 0, 0), null, Noon));

    [Fact(DisplayName = "O5 An entry of a kind the next version brings is left alone")]
    public void An_unknown_kind_is_left_alone() =>
        Assert.NotNull(StoredRoom.Read(new(RoomLoadStatus.Found, 1, null, [new("poll/1", """{"v":7}""")], 0, 0), null, Noon));
}
