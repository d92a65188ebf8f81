using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms.Tests;

public sealed class WaitingTests
{
    private readonly RoomBench _room = new();
    private readonly string _host;

    public WaitingTests()
    {
        _host = _room.Join();
        _room.Do(new UpdateRoom(_host) { WaitingRoom = true });
    }

    [Fact(DisplayName = "B3 A visitor waits and is no part of the roster; moderators hear of them and nobody else does")]
    public void A_visitor_waits()
    {
        var member = LetIn("pt_member");
        var rev = _room.State.Rev;
        Assert.Null(_room.TryJoin("pt_v"));
        Assert.DoesNotContain("pt_v", _room.State.Seats.Keys);
        Assert.Equal(rev, _room.State.Rev);
        var told = _room.Last<WaitingChanged>();
        Assert.Equal(("pt_v", ParticipantKind.Web), (told.Waiting.Single().Id, told.Waiting.Single().Kind));
        Assert.Equal((true, false, false, false), (told.IsFor(_host), told.IsFor(member), told.IsFor("pt_v"), told.IsForAll));
    }

    [Fact(DisplayName = "B3 A moderator lets in one, or all in order of coming as far as there is place")]
    public void A_moderator_lets_in()
    {
        var room = new RoomBench(RoomsSettings.Default with { MaxParticipants = 3 });
        var host = room.Join();
        room.Do(new UpdateRoom(host) { WaitingRoom = true });
        foreach (var id in new[] { "pt_a", "pt_b", "pt_c", "pt_d" })
        {
            room.Wait(1);
            Assert.Null(room.TryJoin(id));
        }
        Assert.Null(room.Do(new AdmitWaiting(host, "pt_c")));
        Assert.Equal("pt_c", room.Last<LetIn>().To);
        Assert.Null(room.Do(new AdmitWaiting(host, null)));
        Assert.Equal([host, "pt_c", "pt_a"], room.State.Seats.Values.OrderBy(seat => seat.Order).Select(seat => seat.Id));
        Assert.Equal(["pt_b", "pt_d"], room.Last<WaitingChanged>().Waiting.Select(person => person.Id));
        Assert.Equal(ErrorCodes.RoomFull, room.Do(new AdmitWaiting(host, "pt_b")));
    }

    [Fact]
    public void Who_is_turned_away_hears_why_and_nobody_else_does()
    {
        _room.TryJoin("pt_v");
        Assert.Null(_room.Do(new DenyWaiting(_host, "pt_v", "not today")));
        var told = _room.Last<TurnedAway>();
        Assert.Equal(("pt_v", "not today", false), (told.To, told.Message, told.IsFor(_host)));
        Assert.Empty(_room.Last<WaitingChanged>().Waiting);
        Assert.Equal(ErrorCodes.ValidationFailed, _room.Do(new AdmitWaiting(_host, "pt_v")));
    }

    [Fact(DisplayName = "TW-08 Neither members nor those who wait open the door")]
    public void Others_do_not_open_the_door()
    {
        var member = LetIn("pt_member");
        _room.TryJoin("pt_v");
        foreach (var who in new[] { member, "pt_v", "pt_nobody" })
        {
            Assert.Equal(ErrorCodes.CapabilityMissing, _room.Do(new AdmitWaiting(who, null)));
            Assert.Equal(ErrorCodes.CapabilityMissing, _room.Do(new DenyWaiting(who, "pt_v", null)));
        }
        Assert.Equal(ErrorCodes.CapabilityMissing, _room.Do(new UpdateSelf("pt_v", "x", null, null, null)));
    }

    [Fact]
    public void Whoever_was_let_in_once_need_not_ask_again_if_they_are_known()
    {
        LetIn("pt_1", "bob@example.org");
        _room.Do(new Leave("pt_1"));
        _room.Join("pt_2", identity: "bob@example.org");
        Assert.Contains("pt_2", _room.State.Seats.Keys);
    }

    [Fact]
    public void A_wait_survives_a_break_and_ends_after_thirty_seconds_away_or_thirty_minutes()
    {
        _room.TryJoin("pt_v");
        _room.TryJoin("pt_w");
        _room.Do(new LoseConnection("pt_v", "c-pt_v"));
        _room.Wait(29);
        Assert.Null(_room.Resume("key-pt_v", "key-2", "c-2"));
        _room.Wait(60);
        Assert.Contains("pt_v", _room.State.Waiting.People.Keys);
        _room.Do(new LoseConnection("pt_v", "c-2"));
        _room.Wait(30);
        Assert.Equal(["pt_w"], _room.State.Waiting.People.Keys);
        _room.Wait(1_800);
        Assert.Empty(_room.State.Waiting.People);
        Assert.Equal("pt_w", _room.Last<TurnedAway>().To);
    }

    [Fact]
    public void Who_is_let_in_while_away_has_the_rest_of_their_time_to_come_back()
    {
        _room.TryJoin("pt_v");
        _room.Do(new LoseConnection("pt_v", "c-pt_v"));
        _room.Do(new AdmitWaiting(_host, "pt_v"));
        Assert.Equal(ParticipantState.Reconnecting, _room["pt_v"].State);
        Assert.Null(_room.Resume("key-pt_v", "key-2", "c-2"));
        Assert.Equal(ParticipantState.Active, _room["pt_v"].State);
    }

    [Fact]
    public void A_new_moderator_sees_who_waits()
    {
        var member = LetIn("pt_member");
        _room.TryJoin("pt_v");
        _room.Do(new SetRole(_host, member, ParticipantRole.Moderator));
        Assert.True(_room.Last<WaitingChanged>().IsFor(member));
    }

    [Fact(DisplayName = "L18 One address does not fill the line, and the line has an end")]
    public void The_line_has_an_end()
    {
        for (var i = 0; i < 50; i++)
            Assert.Null(Knock($"pt_a{i}", "192.0.2.1"));
        Assert.Equal(ErrorCodes.RoomFull, Knock("pt_more", "192.0.2.1"));
        for (var i = 0; i < 50; i++)
            Assert.Null(Knock($"pt_b{i}", "192.0.2.2"));
        Assert.Equal(ErrorCodes.RoomFull, Knock("pt_more", "192.0.2.3"));
    }

    [Fact]
    public void What_cannot_wait_is_refused() =>
        Assert.Equal(ErrorCodes.WaitingDenied, _room.TryJoin("pt_bot", ParticipantKind.Bot));

    [Fact(DisplayName = "B11 After a ban of somebody without a name, the nameless from the same address have to ask")]
    public void A_ban_without_a_name_asks_the_neighbours()
    {
        _room.Do(new UpdateRoom(_host) { WaitingRoom = false });
        Assert.Null(Knock("pt_rude", "192.0.2.9"));
        Assert.Contains("pt_rude", _room.State.Seats.Keys);
        _room.Do(new Remove(_host, "pt_rude", BanLength.Session, null));
        Assert.Null(Knock("pt_again", "192.0.2.9"));
        Assert.Null(Knock("pt_other", "192.0.2.10"));
        Assert.Equal((true, true), (_room.State.Waiting.People.ContainsKey("pt_again"), _room.State.Seats.ContainsKey("pt_other")));
    }

    [Fact]
    public void What_somebody_will_publish_is_kept_for_them()
    {
        _room.Do(Request("pt_v", "192.0.2.1", [new TrackDeclaration("0", TrackSource.Microphone, TrackId: "tr_1")]));
        _room.Do(new AdmitWaiting(_host, "pt_v"));
        Assert.Equal("tr_1", _room.State.Declared("pt_v").Single().TrackId);
    }

    private string LetIn(string id, string? identity = null)
    {
        Assert.Null(_room.TryJoin(id, identity: identity));
        Assert.Null(_room.Do(new AdmitWaiting(_host, id)));
        return id;
    }

    private string? Knock(string id, string source) => _room.Do(Request(id, source, []));

    private static Admit Request(string id, string source, TrackDeclaration[] publish) => new(
        new JoinRequest
        {
            ParticipantId = id,
            Kind = ParticipantKind.Web,
            DisplayName = id,
            ConnectionId = $"c-{id}",
            ResumeKey = $"key-{id}",
            Source = source,
            Publish = [.. publish],
        },
        "ses_x");
}
