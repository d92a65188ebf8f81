using System.Collections.Immutable;

namespace Sylk.Conference.Rooms.Tests;

public sealed class DataTests
{
    private readonly RoomBench _room = new();
    private readonly string _alice;
    private readonly string _bob;

    public DataTests() => (_alice, _bob) = (_room.Join(), _room.Join(role: ParticipantRole.Listener));

    [Fact]
    public void Data_is_told_and_changes_nothing()
    {
        var before = _room.State.Rev;
        Assert.Null(_room.Do(Data(_bob)));
        var told = _room.Last<DataSent>();
        Assert.Equal((_bob, "cursor", "AAA=", true, before), (told.From, told.Topic, told.Payload, told.Reliable, _room.State.Rev));
    }

    [Fact]
    public void Who_is_not_here_sends_nothing() => Assert.Equal(ErrorCodes.CapabilityMissing, _room.Do(Data("pt_nobody")));

    [Fact]
    public void Data_for_people_of_whom_nobody_is_here_is_refused()
    {
        Assert.Equal(ErrorCodes.ValidationFailed, _room.Do(Data(_alice, "pt_gone")));
        Assert.Null(_room.Do(Data(_alice, "pt_gone", _bob)));
        Assert.True(_room.Last<DataSent>().IsFor(_bob));
        Assert.False(_room.Last<DataSent>().IsFor(_alice));
    }

    [Theory]
    [InlineData(Caps.Chat, true)]
    [InlineData(Caps.React | Caps.PublishAudio, false)]
    public void Who_may_not_chat_may_not_send_data(Caps caps, bool allowed) => Assert.Equal(allowed, People.MaySendData(caps));

    private static SendData Data(string from, params string[] to) => new(from, "cursor", "AAA=", [.. to], true);
}
