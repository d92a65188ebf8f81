using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms.Tests;

public sealed class ModerationTests
{
    private readonly RoomBench _room = new();
    private readonly string _host;
    private readonly string _guest;

    public ModerationTests() => (_host, _guest) = (_room.Join(), _room.Join());

    public static TheoryData<string> Orders => ["Mute", "MuteAll", "AskToUnmute", "LowerHands", "Remove", "SetRole", "UpdateRoom", "EndRoom"];

    [Theory(DisplayName = "TW-08 A member's moderation is refused and changes nothing")]
    [MemberData(nameof(Orders))]
    public void A_members_moderation_is_refused(string name)
    {
        var before = (_room.State.Rev, _room.History.Count);
        Assert.Equal(ErrorCodes.CapabilityMissing, _room.Do(Make(name, by: _guest, target: _host)));
        Assert.Equal(before, (_room.State.Rev, _room.History.Count));
    }

    [Theory(DisplayName = "TW-04 A stranger's moderation is refused")]
    [MemberData(nameof(Orders))]
    public void A_strangers_moderation_is_refused(string name) =>
        Assert.Equal(ErrorCodes.CapabilityMissing, _room.Do(Make(name, by: "pt_nobody", target: _host)));

    [Theory]
    [MemberData(nameof(Orders))]
    public void A_moderators_order_is_carried_out(string name) => Assert.Null(_room.Do(Make(name, by: _host, target: _guest)));

    [Fact]
    public void Muting_mutes_the_source_and_says_by_whom()
    {
        var (voice, camera) = (_room.Track(_guest), _room.Track(_guest, TrackSource.Camera));
        _room.Do(new Mute(_host, _guest, TrackSource.Microphone));
        Assert.True(_room.State.Tracks[voice].Muted);
        Assert.False(_room.State.Tracks[camera].Muted);
        var told = _room.Last<MutedByModerator>();
        Assert.Equal((_guest, _host), (told.To, told.By));
        Assert.Null(_room.Do(new SetTrackMuted(_guest, voice, false)));
    }

    [Fact]
    public void Mute_all_with_lock_keeps_members_silent_but_not_moderators()
    {
        var (voice, own) = (_room.Track(_guest), _room.Track(_host));
        _room.Do(new MuteAll(_host, TrackSource.Microphone, [], LockUnmute: true));
        Assert.True(_room.State.Tracks[voice].Muted);
        Assert.False(_room.State.Tracks[own].Muted);
        Assert.Equal(ErrorCodes.CapabilityMissing, _room.Do(new SetTrackMuted(_guest, voice, false)));
        Assert.Null(_room.Do(new SetTrackMuted(_host, own, true)));
        Assert.Null(_room.Do(new SetTrackMuted(_host, own, false)));
    }

    [Fact]
    public void Nobody_is_unmuted_by_being_asked()
    {
        var voice = _room.Track(_guest, muted: true);
        _room.Do(new AskToUnmute(_host, _guest, TrackSource.Microphone));
        Assert.True(_room.State.Tracks[voice].Muted);
        Assert.Equal(_guest, _room.Last<UnmuteAsked>().To);
    }

    [Fact(DisplayName = "TW-07 Nobody mutes or unmutes another's track by naming it")]
    public void A_track_is_muted_by_its_owner_only()
    {
        var voice = _room.Track(_host);
        Assert.Equal(ErrorCodes.ValidationFailed, _room.Do(new SetTrackMuted(_guest, voice, true)));
        Assert.False(_room.State.Tracks[voice].Muted);
    }

    [Fact]
    public void The_removed_are_told_and_the_banned_stay_out()
    {
        var known = _room.Join(identity: "mallory@example.org");
        _room.Do(new Remove(_host, known, BanLength.Session, "enough"));
        Assert.Equal((known, ErrorCodes.Banned, "enough"), (_room.Last<Dismissed>().To, _room.Last<Dismissed>().Code, _room.Last<Dismissed>().Detail));
        Assert.Equal(("removed", _host), (_room.Last<Departed>().Reason, _room.Last<Departed>().By));
        Assert.Equal(ErrorCodes.Banned, _room.TryJoin("pt_again", identity: "mallory@example.org"));
    }

    [Fact]
    public void The_last_moderator_cannot_step_down_without_an_heir()
    {
        Assert.Equal(ErrorCodes.ValidationFailed, _room.Do(new SetRole(_host, _host, ParticipantRole.Member)));
        _room.Do(new SetRole(_host, _guest, ParticipantRole.Moderator));
        Assert.Null(_room.Do(new SetRole(_host, _host, ParticipantRole.Member)));
        Assert.Equal(ErrorCodes.CapabilityMissing, _room.Do(new LowerHands(_host, [])));
    }

    [Fact]
    public void A_listener_publishes_nothing()
    {
        var voice = _room.Track(_guest);
        _room.Do(new SetRole(_host, _guest, ParticipantRole.Listener));
        Assert.True(_room.State.Tracks[voice].Muted);
        Assert.Equal(ErrorCodes.CapabilityMissing, _room.Do(new SetTrackMuted(_guest, voice, false)));
        Assert.Empty(Publishing.Permitted(_room.State, _room[_guest], [new TrackDeclaration("0", TrackSource.Camera)]));
    }

    [Fact]
    public void Ending_the_room_dismisses_everybody_once()
    {
        _room.Do(new EndRoom(_host, null));
        Assert.Equal(ErrorCodes.RoomEnded, Assert.Single(_room.Told.OfType<Dismissed>()).Code);
        Assert.Empty(_room.State.Seats);
        Assert.Null(_room.State.SessionId);
        Assert.Equal(2, _room.History.OfType<Unseated>().Count());
    }

    [Fact]
    public void All_hands_go_down()
    {
        _room.Do(new UpdateSelf(_guest, null, true, null, null));
        _room.Do(new UpdateSelf(_host, null, true, null, null));
        _room.Do(new LowerHands(_host, [_guest]));
        Assert.Equal((true, true), (_room[_guest].HandRaisedAt is null, _room[_host].HandRaisedAt is not null));
        _room.Do(new LowerHands(_host, []));
        Assert.Null(_room[_host].HandRaisedAt);
    }

    private static Moderation Make(string name, string by, string target) => name switch
    {
        "Mute" => new Mute(by, target, null),
        "MuteAll" => new MuteAll(by, null, [], false),
        "AskToUnmute" => new AskToUnmute(by, target, TrackSource.Microphone),
        "LowerHands" => new LowerHands(by, []),
        "Remove" => new Remove(by, target, BanLength.None, null),
        "SetRole" => new SetRole(by, target, ParticipantRole.Listener),
        "UpdateRoom" => new UpdateRoom(by) { Title = "t", Locked = true },
        _ => new EndRoom(by, null),
    };
}
