namespace Sylk.Conference.Rooms.Tests;

public sealed class AdmissionTests
{
    [Fact]
    public void The_first_person_opens_the_session_and_moderates()
    {
        var room = new RoomBench();
        var alice = room.Join();
        var bob = room.Join();
        Assert.NotNull(room.State.SessionId);
        Assert.Equal(ParticipantRole.Moderator, room[alice].Role);
        Assert.Equal(ParticipantRole.Member, room[bob].Role);
        Assert.Equal([1L, 2L], room.Told.Select(item => item.Rev));
    }

    [Fact]
    public void A_bot_never_moderates()
    {
        var room = new RoomBench();
        var bot = room.Join(kind: ParticipantKind.Bot);
        var alice = room.Join();
        Assert.Equal(ParticipantRole.Member, room[bot].Role);
        Assert.Equal(ParticipantRole.Moderator, room[alice].Role);
    }

    [Fact(DisplayName = "A hidden player is told to nobody and raises no revision")]
    public void A_hidden_player_is_told_to_nobody()
    {
        var room = new RoomBench();
        room.Join();
        room.Told.Clear();
        var player = room.Join(kind: ParticipantKind.Bot, hidden: true, role: ParticipantRole.Listener);
        room.Do(new Leave(player));
        Assert.Empty(room.Told);
        Assert.Equal(1, room.State.Rev);
    }

    [Theory]
    [InlineData(AutoCreate.Anyone, null, null)]
    [InlineData(AutoCreate.SignedIn, null, ErrorCodes.TokenRequired)]
    [InlineData(AutoCreate.SignedIn, "alice@example.org", null)]
    [InlineData(AutoCreate.Nobody, "alice@example.org", ErrorCodes.RoomNotFound)]
    public void Who_may_open_a_room_is_the_operators_choice(AutoCreate wish, string? identity, string? refusal)
    {
        var room = new RoomBench(RoomsSettings.Default with { AutoCreate = wish });
        Assert.Equal(refusal, room.TryJoin("pt_1", identity: identity));
    }

    [Fact]
    public void A_permanent_room_is_open_to_all_and_elects_nobody()
    {
        var room = new RoomBench(RoomsSettings.Default with { AutoCreate = AutoCreate.Nobody, Permanent = ["standup"] });
        Assert.Equal(ParticipantRole.Member, room[room.Join()].Role);
    }

    [Fact(DisplayName = "L20 A room takes a hundred phones, and pages beside them")]
    public void A_room_full_of_phones()
    {
        var room = new RoomBench(RoomsSettings.Default with { MaxParticipants = 500 });
        for (var i = 0; i < RoomsSettings.LegsLimit; i++)
            room.Join(kind: ParticipantKind.Sip);
        Assert.Equal(ErrorCodes.RoomFull, room.TryJoin("pt_more", kind: ParticipantKind.Sip));
        room.Join();
    }

    [Fact(DisplayName = "L20 A full room refuses the next one and changes nothing")]
    public void A_full_room_refuses()
    {
        var room = new RoomBench(RoomsSettings.Default with { MaxParticipants = 2 });
        room.Join();
        room.Join();
        Assert.Equal(ErrorCodes.RoomFull, room.TryJoin("pt_late"));
        Assert.Equal(2, room.State.Seats.Count);
        Assert.Equal(2, room.State.Rev);
    }

    [Fact]
    public void A_locked_room_refuses_newcomers_but_not_those_who_return()
    {
        var room = new RoomBench();
        var alice = room.Join();
        room.Do(new UpdateRoom(alice) { Locked = true });
        Assert.Equal(ErrorCodes.RoomLocked, room.TryJoin("pt_late"));
        room.Do(new LoseConnection(alice, $"c-{alice}"));
        Assert.Null(room.Resume($"key-{alice}", "key-next", "c-new"));
        Assert.Equal(ParticipantState.Active, room[alice].State);
    }

    [Fact(DisplayName = "TW-05 The same proved identity sits once; anonymous people never collide")]
    public void The_same_proved_identity_sits_once()
    {
        var room = new RoomBench();
        room.Join(identity: "alice@example.org");
        Assert.Equal(ErrorCodes.IdentityInUse, room.TryJoin("pt_x", identity: "alice@example.org"));
        room.Join();
        room.Join();
        Assert.Equal(3, room.State.Seats.Count);
    }

    [Fact(DisplayName = "The key of somebody who is here by media only is no key for a connection")]
    public void A_bots_key_resumes_nothing()
    {
        var room = new RoomBench();
        var bot = room.Join(kind: ParticipantKind.Bot);
        Assert.Null(room.Resume($"key-{bot}", "key-2", "c-new"));
        Assert.Null(room[bot].ConnectionId);
        Assert.Equal(bot, Admission.FindByKey(room.State, Ids.Fingerprint($"key-{bot}"))?.Id);
    }

    [Theory(DisplayName = "CH-4 Who has no resume and lost their place takes it over as the same person, and a line said again there is the same line")]
    [InlineData(ParticipantKind.Sip, true)]
    [InlineData(ParticipantKind.Msrp, true)]
    [InlineData(ParticipantKind.Xmpp, true)]
    [InlineData(ParticipantKind.Web, false)]
    public void A_place_left_behind_is_taken_over(ParticipantKind kind, bool isTaken)
    {
        var room = new RoomBench();
        room.Join();
        var old = room.Join(identity: "bob@example.org", kind: kind);
        Assert.Null(room.Do(new PostChat { ParticipantId = old, MessageId = "msg_1", ClientId = "c1", Content = "once" }));
        room.Do(new LoseConnection(old, $"c-{old}"));
        Assert.Equal(isTaken ? null : ErrorCodes.IdentityInUse, room.TryJoin("pt_again", identity: "bob@example.org"));
        Assert.Equal(isTaken, !room.State.Seats.ContainsKey(old));
        if (!isTaken)
            return;
        Assert.Equal((old, "timeout"), (room.Last<Departed>().ParticipantId, room.Last<Departed>().Reason));
        Assert.Null(room.Do(new PostChat { ParticipantId = "pt_again", MessageId = "msg_2", ClientId = "c1", Content = "once" }));
        Assert.Single(room.Told.OfType<ChatSaid>());
    }

    [Fact(DisplayName = "A place left behind is its owner's also where nobody may come in, with the role they had; a stranger is refused")]
    public void A_place_left_behind_is_kept()
    {
        var room = new RoomBench(RoomsSettings.Default with { MaxParticipants = 2 });
        var host = room.Join();
        var old = room.Join(identity: "bob@example.org", kind: ParticipantKind.Xmpp);
        Assert.Null(room.Do(new SetRole(host, old, ParticipantRole.Listener)));
        Assert.Null(room.Do(new UpdateRoom(host) { Locked = true }));
        room.Do(new LoseConnection(old, $"c-{old}"));
        Assert.Equal(ErrorCodes.RoomLocked, room.TryJoin("pt_eve", ParticipantKind.Xmpp, "eve@example.org"));
        Assert.Null(room.TryJoin("pt_again", ParticipantKind.Xmpp, "bob@example.org"));
        Assert.Equal((ParticipantRole.Listener, false), (room["pt_again"].Role, room.State.Seats.ContainsKey(old)));
    }

    [Fact(DisplayName = "TW-05 A resume key works once and replaces the older connection")]
    public void A_resume_key_works_once()
    {
        var room = new RoomBench();
        var alice = room.Join();
        Assert.Null(room.Resume($"key-{alice}", "key-2", "c-new"));
        Assert.Equal("c-new", room[alice].ConnectionId);
        var replaced = room.Last<Dismissed>();
        Assert.Equal((alice, $"c-{alice}", ErrorCodes.IdentityInUse), (replaced.To, replaced.ConnectionId, replaced.Code));
        Assert.Equal(ErrorCodes.IdentityInUse, room.Resume($"key-{alice}", "key-3", "c-thief"));
        Assert.Equal("c-new", room[alice].ConnectionId);
        Assert.Null(room.Resume("key-2", "key-4", "c-again"));
        Assert.Equal("c-again", room[alice].ConnectionId);
    }

    [Fact]
    public void An_unknown_key_decides_nothing()
    {
        var room = new RoomBench();
        room.Join();
        var before = room.History.Count;
        Assert.Null(room.Resume("key-of-nobody", "key-2", "c-new"));
        Assert.Equal(before, room.History.Count);
    }

    [Fact]
    public void The_keys_themselves_are_not_kept()
    {
        var room = new RoomBench();
        var alice = room.Join();
        Assert.DoesNotContain("key-", room[alice].KeyFingerprint, StringComparison.Ordinal);
        Assert.Equal(64, room[alice].KeyFingerprint!.Length);
    }
}
