using CsCheck;
using Sylk.Conference.Audio.Tests.Kit;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Audio.Tests.Jitter;

public class AnyPacketTests
{
    private static readonly Gen<(long Sequence, uint Timestamp, bool Marker, byte[] Payload, int Wait)> Packets = Gen.Select(
        Gen.Frequency((8, Gen.Long[0, 200]), (1, Gen.Long)),
        Gen.Frequency((8, Gen.UInt[0, 48_000]), (1, Gen.UInt)),
        Gen.Bool,
        Gen.Frequency((8, Gen.Byte.Array[0, 200]), (1, Gen.Byte.Array[0, 20_000])),
        Gen.Int[0, 30]);

    [Theory(DisplayName = "Whatever is pushed, nothing throws and what comes out are numbers within the limiter's ceiling")]
    [InlineData(VoiceCodec.Opus)]
    [InlineData(VoiceCodec.G722)]
    [InlineData(VoiceCodec.Pcmu)]
    [InlineData(VoiceCodec.Pcma)]
    public void AnythingIsTaken(VoiceCodec codec) => Packets.Array[1, 120].Sample(
        packets =>
        {
            using var mixer = new RoomMixer(new MixerSettings());
            var source = mixer.AddSource(codec, isLeg: true);
            var listener = mixer.AddListener(Phones.Format(VoiceCodec.Opus), null);
            listener.IsInMix = true;
            var browser = new byte[1_275];
            var now = 0;
            foreach (var (sequence, timestamp, marker, payload, wait) in packets)
            {
                now += wait;
                source.Push(Instant.FromMilliseconds(now), sequence, timestamp, marker, payload);
                if (now / 20 == (now - wait) / 20) continue;
                mixer.Tick(Instant.FromMilliseconds(now));
                while (source.TryTakeOpus(browser, out _)) continue;
                Assert.False(listener.Payload.IsEmpty);
                foreach (var sample in mixer.LastSum) Assert.InRange(sample, -0.9f, 0.9f);
            }
        },
        iter: 100,
        threads: 1);

    [Fact(DisplayName = "JB-1 every packet is received once, lost, late or a duplicate, and the counts add up")]
    public void CountsAddUp()
    {
        var random = new Random(11);
        using var wire = new Wire(Talker.Tone(VoiceCodec.Pcmu, 1_000));
        wire.Delay = (_, _) => random.NextDouble() < 0.03 ? null : random.NextDouble() < 0.05 ? 400 : 30 + random.NextDouble() * 30;
        wire.Run(60);
        var counters = wire.Buffer.Counters;
        Assert.InRange(counters.Lost, 60, 350);
        Assert.InRange(counters.Late, 60, 250);
        Assert.InRange(counters.Received + counters.Late + counters.Duplicates, 2_800, 2_960);
    }

    [Fact(DisplayName = "JB-1 duplicates are dropped and counted")]
    public void DuplicatesAreDropped()
    {
        using var mixer = new RoomMixer(new MixerSettings());
        var source = mixer.AddSource(VoiceCodec.Pcmu, isLeg: true);
        using var talker = Talker.Tone(VoiceCodec.Pcmu, 440);
        for (var i = 0; i < 100; i++)
        {
            var payload = talker.Encode();
            for (var copy = 0; copy < 3; copy++) source.Push(Instant.FromMilliseconds(i * 20), i, talker.TimestampOf(i), false, payload);
            mixer.Tick(Instant.FromMilliseconds(i * 20 + 5));
        }

        Assert.Equal((100, 200, 0), (source.Statistics.Received, source.Statistics.Duplicates, source.Statistics.Lost));
    }

    [Fact(DisplayName = "Numbers without voice (telephone events) are neither lost nor heard, and speech goes on after them")]
    public void EventsAreNotLost()
    {
        using var room = new Phones();
        var source = room.Mixer.AddSource(VoiceCodec.Pcmu, isLeg: true);
        using var talker = Talker.Tone(VoiceCodec.Pcmu, 440);
        var ear = room.AddEar(Phones.Format(VoiceCodec.Pcmu));
        room.Run(4, () =>
        {
            var number = talker.Next;
            var isKey = number is > 50 and < 60;
            var payload = talker.Encode();
            source.Push(room.Now, number, isKey ? talker.TimestampOf(50) : talker.TimestampOf(number), false, isKey ? default : payload);
        });
        Assert.Equal((0, 0, 0), (source.Statistics.Lost, source.Statistics.Resets, source.Statistics.Duplicates));
        Assert.InRange(Sound.At(ear.Last(0.5), 440, 8_000), -19, -17);
    }

    [Theory(DisplayName = "JB-4 another stream (a jump of numbers, or of time) is followed after at most two packets")]
    [InlineData(5_000, 0)]
    [InlineData(-300, 0)]
    [InlineData(0, 4 * 8_000)]
    [InlineData(7_000, 1_000_000)]
    public void JumpsAreFollowed(int sequenceJump, int timeJump)
    {
        using var room = new Phones();
        var source = room.Mixer.AddSource(VoiceCodec.Pcmu, isLeg: true);
        using var talker = Talker.Tone(VoiceCodec.Pcmu, 440);
        var ear = room.AddEar(Phones.Format(VoiceCodec.Pcmu));
        room.Run(12, () =>
        {
            var (number, jumps) = (talker.Next, talker.Next >= 500);
            var payload = talker.Encode();
            source.Push(room.Now, number + (jumps ? sequenceJump : 0), talker.TimestampOf(number) + (uint)(jumps ? timeJump : 0), false, payload);
        });
        Assert.Equal(1, source.Statistics.Resets);
        Assert.InRange(source.Statistics.DelayMs, 15, 45);
        Assert.InRange(Sound.At(ear.Last(0.5), 440, 8_000), -19, -17);
    }
}
