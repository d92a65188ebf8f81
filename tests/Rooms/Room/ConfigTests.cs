using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms.Tests;

public sealed class ConfigTests
{
    private readonly RoomBench _room = new(RoomsSettings.Default with { AutoCreate = AutoCreate.Nobody });

    [Fact]
    public void A_room_that_was_made_can_be_joined_and_no_other()
    {
        Assert.Equal(ErrorCodes.RoomNotFound, _room.TryJoin("pt_1"));
        Create(Config());
        Assert.Null(_room.TryJoin("pt_1"));
    }

    [Fact]
    public void Making_it_twice_changes_nothing()
    {
        Create(Config() with { Title = "first" });
        Create(Config() with { Title = "second" });
        Assert.Equal(("first", 1L), (_room.State.Config!.Title, _room.State.Config.Revision));
    }

    [Fact(DisplayName = "Reliability §6 A change names the revision it knows; the room's own facts stay")]
    public void A_change_names_the_revision()
    {
        Create(Config());
        var changed = Config() with { Title = "new", Id = "rm_forged", Name = "forged", Revision = 77, CreatedAt = DateTimeOffset.MaxValue };
        Assert.Equal(ErrorCodes.EtagMismatch, _room.Do(new ChangeRoom(changed, IfRevision: 2)));
        Assert.Null(_room.Do(new ChangeRoom(changed, IfRevision: 1)));
        Assert.Equal(Config() with { Title = "new", Revision = 2 }, _room.State.Config);
        Assert.Equal(ErrorCodes.EtagMismatch, _room.Do(new ChangeRoom(changed, IfRevision: 1)));
        Assert.Equal(ErrorCodes.EtagMismatch, _room.Do(new DeleteRoom(1)));
    }

    [Fact]
    public void Those_inside_hear_of_a_change_and_of_the_end()
    {
        Create(Config());
        _room.Join();
        _room.Do(new ChangeRoom(Config() with { Title = "new" }, null));
        Assert.Equal("new", _room.Last<RoomChanged>().Rules.Title);
        Assert.Null(_room.Do(new DeleteRoom(null)));
        Assert.Equal(ErrorCodes.RoomEnded, _room.Last<Dismissed>().Code);
        Assert.Null(_room.State.Config);
        Assert.Equal(ErrorCodes.RoomNotFound, _room.TryJoin("pt_late"));
    }

    [Fact]
    public void What_is_stored_of_a_passcode_is_told_to_nobody()
    {
        Create(Config() with { Access = new(AccessMode.Open, PasscodeHash: "hash-of-it") });
        _room.Join();
        Assert.True(RoomView.Snapshot(_room.State, _room.Settings).Room.Rules.PasscodeSet);
        Assert.DoesNotContain("hash-of-it", RoomView.Snapshot(_room.State, _room.Settings).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_room_opens_and_closes_with_its_schedule()
    {
        var opens = _room.Now.AddHours(1);
        Create(Config() with { Schedule = new(opens, opens.AddHours(1)) });
        Assert.Equal(ErrorCodes.RoomNotOpen, _room.TryJoin("pt_1"));
        Assert.Equal(opens, RoomView.Lobby(_room.State, _room.Settings, _room.Now).OpensAt);
        _room.Wait(3_600);
        Assert.Null(_room.TryJoin("pt_1"));
        _room.Wait(3_600);
        Assert.Null(_room.State.SessionId);
        Assert.Equal(ErrorCodes.RoomEnded, _room.Last<Dismissed>().Code);
        Assert.Equal(ErrorCodes.RoomEnded, _room.TryJoin("pt_2"));
    }

    [Fact]
    public void A_meeting_ends_after_its_longest_duration()
    {
        Create(Config() with { Limits = new(MaxDurationMs: 60_000) });
        _room.Join();
        Assert.Equal(_room.Now.AddSeconds(60), Presence.NextDeadline(_room.State, _room.Settings));
        _room.Wait(60);
        Assert.Null(_room.State.SessionId);
    }

    [Fact]
    public void A_room_holds_as_many_as_it_says()
    {
        Create(Config() with { Limits = new(MaxParticipants: 1) });
        _room.Join();
        Assert.Equal(ErrorCodes.RoomFull, _room.TryJoin("pt_2"));
        Assert.True(RoomView.Lobby(_room.State, _room.Settings, _room.Now).Full);
    }

    [Fact]
    public void An_adhoc_room_nobody_comes_to_is_forgotten_and_a_permanent_one_is_not()
    {
        Create(Config() with { Permanent = false });
        _room.Wait(300);
        Assert.Null(_room.State.Config);
        Create(Config());
        _room.Wait(3_000);
        Assert.NotNull(_room.State.Config);
    }

    [Fact]
    public void A_permanent_room_keeps_its_settings_and_its_chat_when_all_have_left()
    {
        Create(Config());
        var alice = _room.Join();
        _room.Do(new PostChat { ParticipantId = alice, MessageId = "msg_1", ClientId = "c", Content = "see you" });
        _room.Do(new Leave(alice));
        _room.Wait(20);
        Assert.Null(_room.State.SessionId);
        _room.Join();
        Assert.Single(_room.State.Chat.Page(null, long.MaxValue, 10));
    }

    [Theory]
    [InlineData(AccessOrder.DenyAllow, "bob@example.org", null)]
    [InlineData(AccessOrder.DenyAllow, "eve@evil.example", ErrorCodes.CapabilityMissing)]
    [InlineData(AccessOrder.DenyAllow, "GOOD@evil.example", null)]
    [InlineData(AccessOrder.DenyAllow, null, null)]
    [InlineData(AccessOrder.AllowDeny, "bob@example.org", ErrorCodes.CapabilityMissing)]
    [InlineData(AccessOrder.AllowDeny, "good@evil.example", ErrorCodes.CapabilityMissing)]
    [InlineData(AccessOrder.AllowDeny, null, ErrorCodes.GuestForbidden)]
    public void The_lists_are_read_in_their_order(AccessOrder order, string? identity, string? refusal)
    {
        Create(Config() with { Access = new(Allow: ["good@evil.example"], Deny: ["*@evil.example"], Order: order) });
        Assert.Equal(refusal, _room.TryJoin("pt_1", identity: identity));
    }

    [Fact]
    public void Guests_stay_out_where_only_known_people_may_come_in()
    {
        Create(Config() with { Access = new(Guests: false) });
        Assert.Equal(ErrorCodes.GuestForbidden, _room.TryJoin("pt_1"));
        Assert.Null(_room.TryJoin("pt_2", identity: "bob@example.org"));
    }

    [Theory(DisplayName = "TW-07 No token makes its holder the API or an anonymous presence")]
    [InlineData("api:")]
    [InlineData("anonymous:pt_0000")]
    public void Some_names_are_nobodys(string identity)
    {
        Create(Config());
        Assert.Equal(ErrorCodes.TokenInvalid, _room.TryJoin("pt_1", identity: identity));
    }

    [Fact]
    public void What_a_room_offers_no_more_falls_silent_and_cannot_start_again()
    {
        Create(Config());
        var alice = _room.Join(identity: "alice@example.org", role: ParticipantRole.Moderator);
        var (camera, screen) = (_room.Track(alice, TrackSource.Camera), _room.Track(alice, TrackSource.Screen));
        _room.Do(new UpdateRoom(alice) { Features = new(Screen: false) });
        Assert.Equal((false, true), (_room.State.Tracks[camera].Muted, _room.State.Tracks[screen].Muted));
        Assert.Equal(ErrorCodes.CapabilityMissing, _room.Do(new SetTrackMuted(alice, screen, false)));
        Assert.Empty(Publishing.Permitted(_room.State, _room[alice], [new TrackDeclaration("1", TrackSource.Screen)]));
        Assert.Single(Publishing.Permitted(_room.State, _room[alice], [new TrackDeclaration("1", TrackSource.Camera)]));
    }

    [Fact(DisplayName = "A mix is the server's own: nobody publishes one")]
    public void Nobody_publishes_a_mix()
    {
        Create(Config());
        var alice = _room.Join(identity: "alice@example.org", role: ParticipantRole.Moderator);
        TrackDeclaration[] both = [new("0", TrackSource.Microphone), new("1", TrackSource.Mix)];
        Assert.Equal([TrackSource.Microphone], Publishing.Permitted(_room.State, _room[alice], [.. both]).Select(track => track.Source));
    }

    [Fact(DisplayName = "maxVideo: nobody gets a camera when as many have one; whoever has one keeps it, sound and screens are free")]
    public void Cameras_are_counted()
    {
        Create(Config() with { Limits = new(MaxVideo: 1) });
        var (alice, bob) = (_room.Join("pt_alice"), _room.Join("pt_bob"));
        TrackDeclaration[] all = [new("0", TrackSource.Microphone), new("1", TrackSource.Camera), new("2", TrackSource.Screen)];
        Assert.Equal(3, Publishing.Permitted(_room.State, _room[alice], [.. all]).Length);
        _room.Do(new DeclareTracks(alice, Publishing.Permitted(_room.State, _room[alice], [.. all])));
        Assert.Equal(3, Publishing.Permitted(_room.State, _room[alice], [.. all]).Length);
        Assert.Equal([TrackSource.Microphone, TrackSource.Screen], Publishing.Permitted(_room.State, _room[bob], [.. all]).Select(track => track.Source));
        _room.Do(new Leave(alice));
        Assert.Equal(3, Publishing.Permitted(_room.State, _room[bob], [.. all]).Length);
    }

    private static RoomConfig Config() =>
        new() { Id = "rm_1", Name = "standup", Permanent = true, CreatedAt = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero) };

    private void Create(RoomConfig config) => Assert.Null(_room.Do(new CreateRoom(config)));
}
