using System.Collections.Immutable;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms.Tests;

public sealed class TokenTests
{
    private readonly RoomBench _room = new();

    [Fact]
    public void A_token_gives_name_role_caps_and_attributes()
    {
        _room.Join();
        Assert.Null(Show("pt_1", Grant("bob@example.org") with
        {
            DisplayName = "Bob of the token",
            Role = ParticipantRole.Listener,
            Caps = Caps.Chat | Caps.PublishAudio,
            Attributes = ImmutableSortedDictionary<string, string>.Empty.Add("team", "blue"),
        }));
        var seat = _room["pt_1"];
        Assert.Equal(("bob@example.org", "Bob of the token", ParticipantRole.Listener), (seat.Identity, seat.DisplayName, seat.Role));
        Assert.Equal((Caps.Chat | Caps.PublishAudio, "blue"), (seat.Caps, seat.Attributes["team"]));
    }

    [Fact(DisplayName = "R-24 The holder leaves when the token expires, told why, and cannot resume")]
    public void The_holder_leaves_at_expiry()
    {
        _room.Join();
        Show("pt_1", Grant("bob@example.org") with { Expiry = _room.Now.AddSeconds(60) });
        Assert.Equal(_room.Now.AddSeconds(60), Presence.NextDeadline(_room.State, _room.Settings));
        _room.Wait(59.9);
        Assert.Contains("pt_1", _room.State.Seats.Keys);
        _room.Wait(0.1);
        Assert.Equal(("pt_1", ErrorCodes.TokenExpired), (_room.Last<Dismissed>().To, _room.Last<Dismissed>().Code));
        Assert.Equal("pt_1", _room.Last<Departed>().ParticipantId);
        _room.Resume("key-pt_1", "key-2", "c-2");
        Assert.DoesNotContain("pt_1", _room.State.Seats.Keys);
    }

    [Fact(DisplayName = "R-24 Removal voids tokens from before it, ban or not; a new one counts")]
    public void Removal_voids_earlier_tokens()
    {
        var host = _room.Join();
        var old = Grant("bob@example.org");
        Show("pt_1", old);
        _room.Wait(5);
        _room.Do(new Remove(host, "pt_1", BanLength.None, null));
        Assert.Equal(ErrorCodes.TokenInvalid, Show("pt_2", old));
        _room.Wait(5);
        Assert.Null(Show("pt_2", Grant("bob@example.org")));
    }

    [Fact]
    public void A_ban_of_a_day_outlives_the_session_and_ends()
    {
        var host = _room.Join();
        _room.Do(new ChangeRoom(_room.State.Settings with { Permanent = true }, null));
        Show("pt_1", Grant("bob@example.org"));
        _room.Do(new Remove(host, "pt_1", BanLength.Day, null));
        _room.Do(new ChangeRoom(_room.State.Settings with { Permanent = true }, null));
        _room.Do(new EndRoom(host, null));
        _room.Wait(24 * 3_600 - 1);
        Assert.Equal(ErrorCodes.Banned, Show("pt_2", Grant("bob@example.org")));
        _room.Wait(1);
        Assert.Null(Show("pt_2", Grant("bob@example.org")));
    }

    [Fact]
    public void A_room_for_token_holders_takes_nobody_else()
    {
        var host = _room.Join();
        _room.Do(new ChangeRoom(_room.State.Settings with { Access = new(AccessMode.Token) }, null));
        Assert.Equal(ErrorCodes.TokenRequired, _room.TryJoin("pt_1"));
        Assert.Null(Show("pt_1", Grant("bob@example.org")));
        Assert.True(_room[host].Moderates);
    }

    [Fact]
    public void The_settings_a_token_brings_shape_the_room_it_opens_and_no_other()
    {
        var wished = new RoomConfig { Id = "rm_forged", Name = "forged", Permanent = true, Title = "By token", CreatedAt = default };
        Show("pt_1", Grant("bob@example.org") with { RoomConfig = wished });
        Assert.Equal(("By token", "standup", false), (_room.State.Config!.Title, _room.State.Config.Name, _room.State.Config.Permanent));
        Assert.NotEqual("rm_forged", _room.State.Config.Id);
        Show("pt_2", Grant("eve@example.org") with { RoomConfig = wished with { Title = "Mine now" } });
        Assert.Equal("By token", _room.State.Config.Title);
    }

    [Fact]
    public void An_invitation_opens_the_door_as_often_and_as_long_as_it_says()
    {
        _room.Join();
        _room.Do(new ChangeRoom(_room.State.Settings with { Access = new(AccessMode.Invited) }, null));
        Assert.Equal(ErrorCodes.TokenRequired, _room.TryJoin("pt_0"));
        _room.Do(new CreateInvite(Invite("inv_1") with { MaxUses = 1, Role = ParticipantRole.Listener }));
        Assert.Null(Invited("pt_1", "inv_1"));
        Assert.Equal(ParticipantRole.Listener, _room["pt_1"].Role);
        Assert.Equal(ErrorCodes.TokenInvalid, Invited("pt_2", "inv_1"));
        _room.Do(new CreateInvite(Invite("inv_2") with { ExpiresAt = _room.Now.AddSeconds(10) }));
        Assert.Null(Invited("pt_2", "inv_2"));
        _room.Wait(10);
        Assert.Equal(ErrorCodes.TokenExpired, Invited("pt_3", "inv_2"));
    }

    [Fact]
    public void A_revoked_invitation_lets_nobody_in_and_throws_nobody_out()
    {
        _room.Join();
        _room.Do(new CreateInvite(Invite("inv_1")));
        Assert.Null(Invited("pt_1", "inv_1"));
        Assert.Null(_room.Do(new RevokeInvite("inv_1")));
        Assert.Equal(ErrorCodes.TokenInvalid, Invited("pt_2", "inv_1"));
        Assert.Contains("pt_1", _room.State.Seats.Keys);
    }

    [Fact(DisplayName = "TW-11 An invitation has at least 122 random bits")]
    public void An_invitation_cannot_be_guessed()
    {
        var (a, b) = (Ids.NewInvite(_room.Now), Ids.NewInvite(_room.Now));
        Assert.Equal(a[..14], b[..14]);
        Assert.NotEqual(a[14..], b[14..]);
        Assert.True((a.Length - 14) * 5 >= 122);
    }

    [Fact]
    public void Caps_that_go_take_their_media_with_them()
    {
        var host = _room.Join();
        Show("pt_1", Grant("bob@example.org"));
        var (voice, camera) = (_room.Track("pt_1"), _room.Track("pt_1", TrackSource.Camera));
        Assert.Null(_room.Do(new SetCaps(host, "pt_1", Caps.PublishAudio | Caps.Chat)));
        Assert.Equal((false, true), (_room.State.Tracks[voice].Muted, _room.State.Tracks[camera].Muted));
        Assert.Equal(ErrorCodes.CapabilityMissing, _room.Do(new SetTrackMuted("pt_1", camera, false)));
        Assert.Empty(Publishing.Permitted(_room.State, _room["pt_1"], [new TrackDeclaration("9", TrackSource.Camera)]));
        Assert.Equal(Caps.PublishAudio | Caps.Chat, _room.Last<SelfChanged>().Self.Caps);
    }

    [Fact]
    public void Where_only_moderators_unmute_a_question_opens_the_microphone_once()
    {
        var host = _room.Join();
        var bob = _room.Join();
        var voice = _room.Track(bob);
        _room.Do(new MuteAll(host, TrackSource.Microphone, [], LockUnmute: true));
        var again = new TrackDeclaration("0", TrackSource.Microphone);
        Assert.True(Publishing.Permitted(_room.State, _room[bob], [again]).Single().Muted);
        Assert.Equal(ErrorCodes.CapabilityMissing, _room.Do(new SetTrackMuted(bob, voice, false)));
        _room.Do(new AskToUnmute(host, bob, TrackSource.Microphone));
        Assert.Null(_room.Do(new SetTrackMuted(bob, voice, false)));
        _room.Do(new Mute(host, bob, TrackSource.Microphone));
        Assert.Equal(ErrorCodes.CapabilityMissing, _room.Do(new SetTrackMuted(bob, voice, false)));
    }

    private JoinGrant Grant(string identity) => new(
        identity, null, null, null, ImmutableSortedDictionary<string, string>.Empty, _room.Now, _room.Now.AddDays(3), null);

    private Invite Invite(string id) => new() { Id = id, CreatedAt = _room.Now };

    private string? Invited(string id, string invite) => _room.Do(new Admit(Request(id) with { Invite = invite }, "ses_x"));

    private string? Show(string id, JoinGrant grant) =>
        _room.Do(new Admit(Request(id) with { Grant = grant, Identity = grant.Identity }, "ses_x"));

    private static JoinRequest Request(string id) => new()
    {
        ParticipantId = id,
        Kind = ParticipantKind.Web,
        DisplayName = id,
        ConnectionId = $"c-{id}",
        ResumeKey = $"key-{id}",
    };
}
