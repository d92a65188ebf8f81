namespace Sylk.Conference.Rooms.Tests;

public sealed class NicknameTests
{
    [Theory(DisplayName = "TM-05 Names that look the same are the same")]
    [InlineData("Alice", "alice")]
    [InlineData("  Alice   Smith ", "alice smith")]
    [InlineData("Alice\u00A0Smith", "Alice Smith")]
    [InlineData("Al\u200Bice", "Alice")]
    [InlineData("\u202EAlice", "Alice")]
    [InlineData("Al\uFE0Fice", "Alice")]
    [InlineData("Ａｌｉｃｅ", "Alice")]
    [InlineData("Jose\u0301", "José")]
    [InlineData("\u0410lice", "Alice")] // a Cyrillic capital
    [InlineData("\u0430li\u0441\u0435", "alice")]
    [InlineData("\u0412ob", "Bob")]
    [InlineData("\u039Dina", "Nina")] // a Greek capital
    [InlineData("AIice", "Alice")] // a Latin I for an l
    [InlineData("A1ice", "Alice")]
    [InlineData("B0b", "Bob")]
    [InlineData("\u0412\u0430\u0434\u0438\u043C", "\u0432\u0430\u0434\u0438\u043C")] // one Russian name in capitals and in small letters
    public void Look_alikes(string one, string other)
    {
        Assert.True(Nickname.Of(one).Matches(Nickname.Of(other)));
        Assert.True(Nickname.Of(other).Matches(Nickname.Of(one)));
    }

    [Theory]
    [InlineData("Alice", "Alicia")]
    [InlineData("Neil", "Nell")]
    [InlineData("Jose", "José")]
    [InlineData("Ann", "Anne")]
    [InlineData("Guest 10", "Guest 11")]
    [InlineData("\u0418\u0432\u0430\u043D", "Ivan")]
    public void Others_are_others(string one, string other) => Assert.False(Nickname.Of(one).Matches(Nickname.Of(other)));

    [Fact(DisplayName = "TM-05 A name is claimed once; who leaves or changes it gives it free")]
    public void A_name_is_claimed_once()
    {
        var room = new RoomBench();
        var (ann, bob) = (room.Join(), room.Join());
        Assert.Null(room.Do(new ClaimNick(ann, " Al ")));
        Assert.Equal("Al", room[ann].DisplayName);
        Assert.Equal(ErrorCodes.NicknameInUse, room.Do(new ClaimNick(bob, "\u0410l")));
        Assert.Null(room.Do(new ClaimNick(ann, "AL")));
        Assert.Null(room.Do(new ClaimNick(ann, "Ann")));
        Assert.Null(room.Do(new ClaimNick(bob, "al")));
        Assert.Equal(["Al", "AL", "Ann", "al"], room.Told.OfType<Updated>().Select(told => told.Participant.DisplayName));
    }

    [Fact]
    public void Who_may_not_rename_themselves_claims_no_name()
    {
        var room = new RoomBench();
        var (host, bob) = (room.Join(), room.Join());
        Assert.Equal(ErrorCodes.ValidationFailed, room.Do(new ClaimNick(bob, " ")));
        Assert.Equal(ErrorCodes.ValidationFailed, room.Do(new ClaimNick(bob, "a\u0007b")));
        Assert.Equal(ErrorCodes.CapabilityMissing, room.Do(new ClaimNick("pt_stranger", "Bob")));
        room.Do(new UpdateRoom(host) { Features = new(Rename: false) });
        Assert.Equal(ErrorCodes.CapabilityMissing, room.Do(new ClaimNick(bob, "Bob")));
    }

    [Fact(DisplayName = "TM-05 Who must have a name of their own is refused while another has it; others may share one")]
    public void Coming_in_under_a_name()
    {
        var room = new RoomBench();
        room.Join("pt_a");
        Assert.Equal(ErrorCodes.NicknameInUse, Come(room, "pt_b", "PT_A", unique: true));
        Assert.Null(Come(room, "pt_c", "pt_a", unique: false));
        Assert.Null(Come(room, "pt_d", "pt_d", unique: true));
        room.Join("pt_hidden", hidden: true);
        Assert.Null(Come(room, "pt_e", "pt_hidden", unique: true));
    }

    private static string? Come(RoomBench room, string id, string name, bool unique) => room.Do(new Admit(
        new JoinRequest { ParticipantId = id, Kind = ParticipantKind.Xmpp, DisplayName = name, UniqueName = unique, ConnectionId = id }, "ses_x"));
}
