using Sylk.Conference.Audio;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.SipBridge.Tests.Phones;

/// <summary>Phones and browsers of one room.</summary>
public class RoomVoicesTests
{
    private readonly FakeVoices _voices = new();

    [Fact(DisplayName = "A phone that enters is published once, and browsers get its voice while it speaks")]
    public void Published()
    {
        using var lab = Lab();
        var phone = lab.Plain("a", "198.51.100.1:4000", VoiceCodec.Opus, 440);
        lab.Run(1);
        Assert.Equal([("a", "tr_a", false)], _voices.Published);
        Assert.InRange(_voices.Sent.Count, 35, 50);
        Assert.All(_voices.Sent, packet => Assert.True(packet is { Voice: 1, Level: < 40 }));
        Assert.All(_voices.Sent.Zip(_voices.Sent.Skip(1)), pair => Assert.Equal(960u, pair.Second.Timestamp - pair.First.Timestamp));
        phone.IsSilent = true;
        lab.Run(2);
        var count = _voices.Sent.Count;
        lab.Run(1);
        Assert.Equal(count, _voices.Sent.Count);
    }

    [Fact(DisplayName = "In the lobby nothing is opened; a muted phone is published muted and sends nothing")]
    public void LobbyAndMuted()
    {
        var opened = 0;
        using var lab = new PhoneLab();
        lab.OpenAudio = () =>
        {
            opened++;
            return new LocalAudioOpened(null, _voices);
        };
        lab.Plain("a", "198.51.100.1:4000", VoiceCodec.Pcmu, 440, inMix: false);
        lab.Run(1);
        Assert.Equal(0, opened);
        lab.Obey(new EnterMix("r", 1, "a", "tr_1", Muted: true));
        lab.Run(1);
        Assert.Equal((1, true), (opened, _voices.Published[0].Muted));
        Assert.Empty(_voices.Sent);
        lab.Obey(new SetLegMuted("r", 1, "a", Muted: false));
        lab.Run(1);
        Assert.NotEmpty(_voices.Sent);
    }

    [Fact(DisplayName = "A phone's voice is encoded for browsers only while one is there; levels go to the room all the same")]
    public void NobodyThere()
    {
        _voices.IsHeard = false;
        using var lab = Lab();
        lab.Plain("a", "198.51.100.1:4000", VoiceCodec.Pcmu, 440);
        lab.Run(1);
        Assert.InRange(_voices.Sent.Count, 35, 50);
        Assert.All(_voices.Sent, packet => Assert.True(packet is { Length: 1, Level: < 40 }));
        _voices.IsHeard = true;
        lab.Run(0.04);
        _voices.Sent.Clear();
        lab.Run(1);
        Assert.InRange(_voices.Sent.Count, 49, 51);
        Assert.All(_voices.Sent, packet => Assert.True(packet.Length > 10));
    }

    [Fact(DisplayName = "Phones hear browsers, and forget one that has ended")]
    public void HearsBrowsers()
    {
        using var lab = Lab();
        using var browser = new ToneMaker(VoiceCodec.Opus, 1000);
        var phone = lab.Plain("a", "198.51.100.1:4000", VoiceCodec.Pcma, 440);
        lab.Run(0.1);
        for (var i = 0; i < 75; i++)
        {
            _voices.Arrive(new LocalAudioPacket(9, 100 + i, (uint)(960 * i), 20, false, 0, false), browser.Next(lab.Now).ToArray());
            lab.Run(0.02);
        }

        Assert.True(phone.Meter.Level(1000) > -30, $"{phone.Meter.Level(1000)}");
        _voices.Arrive(new LocalAudioPacket(9, 0, 0, 255, false, 0, true), []);
        lab.Run(0.1);
        lab.Clear();
        lab.Run(0.5);
        Assert.True(phone.Meter.Level(1000) < -45);
    }

    [Fact(DisplayName = "When the room's media closes legs go on, and are published again when it is back")]
    public void ClosedAndBack()
    {
        using var lab = Lab();
        var phone = lab.Plain("a", "198.51.100.1:4000", VoiceCodec.Pcmu, 440);
        lab.Run(0.5);
        var next = new FakeVoices();
        lab.OpenAudio = () => new LocalAudioOpened(new MediaError(MediaErrorCode.RoomNotOpen, ""), null);
        _voices.IsClosed = true;
        phone.Heard.Clear();
        lab.Run(3);
        Assert.True(_voices.IsDisposed);
        Assert.Equal(150, phone.Heard.Count);
        lab.OpenAudio = () => new LocalAudioOpened(null, next);
        Assert.Null(lab.Room.Enter(5));
        Assert.Equal(MediaErrorCode.StaleEpoch, lab.Room.Enter(4)!.Code);
        lab.Run(2);
        Assert.Equal("tr_a", Assert.Single(next.Published).Track);
        Assert.NotEmpty(next.Sent);
    }

    [Fact(DisplayName = "Who leaves is no voice any more, and the room's voices are closed with the last")]
    public void Leaves()
    {
        using var lab = Lab();
        lab.Plain("a", "198.51.100.1:4000", VoiceCodec.Pcmu, 440);
        lab.Run(0.5);
        lab.Room.Remove(lab.Room.Find("a")!);
        Assert.Equal([1], _voices.Unpublished);
        lab.Room.Dispose();
        Assert.True(_voices.IsDisposed);
    }

    private PhoneLab Lab() => new() { OpenAudio = () => new LocalAudioOpened(null, _voices) };
}
