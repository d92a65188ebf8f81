namespace Sylk.Conference.Rooms.Tests;

/// <summary>Lines of people who are not inside (rule SIP-MSGR-2).</summary>
public sealed class GuestLinesTests
{
    private readonly RoomBench _room = new();

    public GuestLinesTests() => _room.Join();

    [Fact]
    public void Nobody_writes_from_outside_unless_the_room_wants_that()
    {
        Assert.Equal(ErrorCodes.GuestForbidden, _room.Do(Line("gus@phones.example", "c1")));
        Assert.Null(_room.State.Chat.Find("msg_c1"));
    }

    [Fact]
    public void Who_proved_nothing_is_never_taken_for_who_did()
    {
        Allow();
        Assert.Null(_room.Do(Line("gus@phones.example", "c1", proved: true)));
        Assert.Null(_room.Do(Line("gus@phones.example", "c2")));
        var (proved, claimed) = (_room.State.Chat.Find("msg_c1")!.From, _room.State.Chat.Find("msg_c2")!.From);
        Assert.Equal(("gus@phones.example", "Gus", "", ParticipantKind.Sip), (proved.Identity, proved.DisplayName, proved.ParticipantId, proved.Kind));
        Assert.Equal("anonymous:gus@phones.example", claimed.Identity);
    }

    [Fact]
    public void The_same_message_is_one_line_and_too_many_are_refused()
    {
        Allow();
        Assert.Null(_room.Do(Line("gus@phones.example", "c1")));
        Assert.Null(_room.Do(Line("gus@phones.example", "c1")));
        Assert.Equal(1, _room.State.Chat.LastSequence);
        for (var n = 2; n <= 30; n++)
            Assert.Null(_room.Do(Line("gus@phones.example", $"c{n}")));
        Assert.Equal(ErrorCodes.RateLimited, _room.Do(Line("gus@phones.example", "c31")));
    }

    [Fact]
    public void The_lists_of_the_room_hold_for_guests_too()
    {
        Allow(new RoomAccess(Deny: ["*@phones.example"]));
        Assert.Equal(ErrorCodes.GuestForbidden, _room.Do(Line("gus@phones.example", "c1", proved: true)));
        Assert.Null(_room.Do(Line("amy@home.example", "c2", proved: true)));
    }

    private void Allow(RoomAccess? access = null) =>
        Assert.Null(_room.Do(new ChangeRoom(_room.State.Config! with { Features = new RoomFeatures(GuestMessages: true), Access = access ?? new() }, null)));

    private static PostChat Line(string address, string id, bool proved = false) => new()
    {
        ParticipantId = "",
        MessageId = "msg_" + id,
        ClientId = id,
        Content = "hello " + id,
        Via = "sip",
        Guest = new GuestWriter(address, "Gus", proved, ParticipantKind.Sip),
    };
}
