using Sylk.Conference.Audio.Tests.Kit;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Audio.Tests.Mixing;

public class EncodeSharingTests
{
    [Fact(DisplayName = "§9.6 two hundred listeners of one format and four speakers cost at most five encodes in a tick")]
    public void EncodesAreShared()
    {
        using var room = new Phones();
        for (var i = 0; i < 4; i++) room.Add(Talker.Voice(VoiceCodec.Pcmu, i));
        for (var i = 0; i < 196; i++) room.AddEar(Phones.Format(VoiceCodec.Pcmu));
        room.Run(1);
        var (most, payload) = (0, 0);
        room.Run(4, () =>
        {
            most = Math.Max(most, room.Mixer.Encodes);
            payload = Math.Max(payload, room.All.Count(phone => phone.Listener.Payload.IsEmpty));
        });
        Assert.InRange(most, 1, 5);
        Assert.Equal(0, payload);
    }

    [Fact(DisplayName = "Music, an announcement and silence cost one encode for all who hear the same")]
    public void MusicAndAnnouncementsAreShared()
    {
        using var room = new Phones();
        room.Mixer.SetMusic(Sound.Tone(500, 0.5, 48_000, 48_000));
        var ears = Enumerable.Range(0, 30).Select(_ => room.AddEar(Phones.Format(VoiceCodec.Opus))).ToArray();
        foreach (var ear in ears.Take(20)) ear.Listener.Music = true;
        var lobby = Enumerable.Range(0, 10).Select(_ => room.AddEar(Phones.Format(VoiceCodec.Opus), isInMix: false)).ToArray();
        room.Run(1);
        Assert.Equal(3, room.Mixer.Encodes);
        room.Mixer.PlayToAll(Sound.Tone(900, 0.2, 48_000, 96_000));
        var worst = 0;
        room.Run(1, () => worst = Math.Max(worst, room.Mixer.Encodes));
        Assert.Equal(3, worst);
        Assert.True(Sound.At(ears[0].Last(0.5), 900, 48_000) > -20);
        Assert.True(Sound.At(ears[29].Last(0.5), 900, 48_000) > -20);
        Assert.True(Sound.At(lobby[0].Last(0.5), 900, 48_000) < -60);
    }

    [Fact(DisplayName = "Listeners who hear the same in the same format get the very same bytes")]
    public void BytesAreShared()
    {
        using var room = new Phones();
        room.Add(Talker.Voice(VoiceCodec.Opus, 1));
        var (a, b) = (room.AddEar(Phones.Format(VoiceCodec.G722)), room.AddEar(Phones.Format(VoiceCodec.G722)));
        room.Run(1, () => Assert.True(a.Listener.Payload == b.Listener.Payload));
    }

    [Fact(DisplayName = "A listener with 40 ms packets gets one every second tick, all of them in the same one, and timestamps count both")]
    public void LongPackets()
    {
        using var room = new Phones();
        room.Add(Talker.Tone(VoiceCodec.Opus, 440));
        var format = new VoiceFormat(VoiceCodec.Opus, 40, 24_000, false, false, 0);
        var (first, late) = (room.AddEar(format), (Ear?)null);
        room.Run(0.5);
        late = room.AddEar(format);
        var (packets, ticks) = (0, 0u);
        room.Run(2, () =>
        {
            Assert.Equal(first.Listener.Payload.IsEmpty, late.Listener.Payload.IsEmpty);
            if (first.Listener.Payload.IsEmpty) return;
            packets++;
            ticks += first.Listener.Ticks;
        });
        Assert.Equal(50, packets);
        Assert.Equal(96_000u, ticks);
        Assert.InRange(Sound.At(late.Last(1), 440, 48_000), -20, -16);
    }

    [Theory(DisplayName = "ENC-2 a leg that begins and stops to speak hears the others without a click")]
    [InlineData(VoiceCodec.Opus, 1.6)]
    [InlineData(VoiceCodec.G722, 1.6)]
    [InlineData(VoiceCodec.Pcmu, 1.3)]
    public void SwitchingIsSmooth(VoiceCodec codec, double factor)
    {
        using var room = new Phones();
        room.Add(Talker.Tone(codec, 440));
        var other = room.Add(Talker.Tone(codec, 1_000));
        other.IsTalking = false;
        room.Run(3);
        var steady = Sound.SteepestStep(other.Ear.Last(1));
        Assert.Equal(1, room.All.Count(phone => phone.Listener.OwnBus is not null));
        other.IsTalking = true;
        room.Run(1);
        Assert.NotNull(other.Listener.OwnBus);
        other.IsTalking = false;
        room.Run(4);
        Assert.Null(other.Listener.OwnBus);
        Assert.InRange(Sound.SteepestStep(other.Ear.Last(5)), 0, steady * (float)factor);
        Assert.InRange(Sound.At(other.Ear.Last(0.5), 440, other.Ear.Rate), -19.5, -17);
    }

    [Fact(DisplayName = "A change of format changes what is made with the next packet")]
    public void FormatChanges()
    {
        using var room = new Phones();
        room.Add(Talker.Tone(VoiceCodec.Pcmu, 440));
        var ear = room.AddEar(Phones.Format(VoiceCodec.Pcmu));
        room.Run(1);
        Assert.Equal((160, 160u), (ear.Listener.Payload.Length, ear.Listener.Ticks));
        ear.Listener.Format = Phones.Format(VoiceCodec.Opus);
        room.Mixer.Tick(room.Now.PlusMilliseconds(20));
        Assert.NotEqual(160, ear.Listener.Payload.Length);
        Assert.Equal(960u, ear.Listener.Ticks);
    }

    [Fact(DisplayName = "After warm-up a tick with twenty legs of all codecs allocates nothing")]
    public void NothingAllocates()
    {
        using var room = new Phones();
        var codecs = Enum.GetValues<VoiceCodec>();
        for (var i = 0; i < 20; i++) room.Add(Talker.Voice(codecs[i % 4], i));
        var packets = new Packets(room);
        packets.Run(500);
        var before = GC.GetAllocatedBytesForCurrentThread();
        packets.Run(500);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(packets.Sent > 9_000 && packets.ForBrowsers > 1_000);
    }

    /// <summary>Pushes packets made beforehand and takes everything a tick makes.</summary>
    private sealed class Packets
    {
        private readonly Phones _room;
        private readonly byte[][][] _made;
        private readonly byte[] _packet = new byte[1_275];
        private int _tick;

        public Packets(Phones room)
        {
            _room = room;
            _made = [.. room.All.Select(phone => Enumerable.Range(0, 1_000).Select(_ => phone.Talker!.Encode().ToArray()).ToArray())];
        }

        public int Sent { get; private set; }

        public int ForBrowsers { get; private set; }

        public void Run(int ticks)
        {
            for (var end = _tick + ticks; _tick < end; _tick++)
            {
                var now = Instant.FromMilliseconds(_tick * 20 + 10);
                for (var i = 0; i < _made.Length; i++) Push(i, now);
                _room.Mixer.Tick(now);
                for (var i = 0; i < _made.Length; i++) Take(_room.All[i]);
            }
        }

        private void Push(int i, Instant now)
        {
            if ((_tick + i) % 33 == 0) return;
            var phone = _room.All[i];
            phone.Source!.Push(now, _tick, phone.Talker!.TimestampOf(_tick), false, _made[i][_tick]);
        }

        private void Take(Phone phone)
        {
            if (!phone.Listener.Payload.IsEmpty) Sent++;
            while (phone.Source!.TryTakeOpus(_packet, out _)) ForBrowsers++;
        }
    }
}
