using Sylk.Conference.Audio.Codecs;
using Sylk.Conference.Audio.Levels;
using Sylk.Conference.Audio.Tests.Kit;

namespace Sylk.Conference.Audio.Tests.Mixing;

/// <summary>Silence that is told instead of sent (RFC 3389), both ways.</summary>
public class ComfortNoisePacketTests
{
    private static readonly MixerSettings Plain = new() { AutomaticGain = false, ComfortNoiseDb = -65 };
    private static readonly VoiceFormat Quiet = new(VoiceCodec.Pcmu, 20, 0, false, Dtx: true, 0);

    [Fact(DisplayName = "Noise a phone tells of is heard at its level until it speaks again; nobody speaks by it, and nothing of it counts as lost")]
    public void Received()
    {
        using var room = new Phones(Plain);
        var phone = room.Add(Talker.Tone(VoiceCodec.Pcmu, 1_000));
        var ear = room.AddEar(Phones.Format(VoiceCodec.G722));
        room.Run(1);
        phone.IsTalking = false;
        var concealed = phone.Source!.Statistics.ConcealedMs;
        var number = phone.Talker!.Next;
        phone.Source.PushNoise(room.Now, number, phone.Talker.TimestampOf(number), [45]);
        room.Run(2);
        Assert.Equal(-45, Block.Decibels(Block.Power(ear.Last(1))), 1.5);
        Assert.Equal((false, 127), (phone.Source.IsSpeaking, phone.Source.Level));
        Assert.Equal(concealed, phone.Source.Statistics.ConcealedMs);

        for (var i = 0; i < 100; i++)
        {
            phone.Source.Push(room.Now, number + 1 + i, phone.Talker.TimestampOf(number + 103 + i), i == 0, phone.Talker.Encode());
            room.Run(0.02);
        }

        Assert.InRange(Sound.At(ear.Last(0.5), 1_000, 16_000), -19, -16);
        Assert.True(phone.Source.IsSpeaking);
        Assert.Equal(0, phone.Source.Statistics.Lost);
    }

    [Fact(DisplayName = "Noise below the gate is not heard: everybody has comfort noise of ours")]
    public void TooQuiet()
    {
        using var room = new Phones(Plain);
        var phone = room.Add(Talker.Tone(VoiceCodec.Pcmu, 1_000));
        var ear = room.AddEar(Phones.Format(VoiceCodec.G722));
        room.Run(1);
        phone.IsTalking = false;
        phone.Source!.PushNoise(room.Now, phone.Talker!.Next, phone.Talker.TimestampOf(phone.Talker.Next), [62]);
        room.Run(2);
        // A third of the band of ours, −65 dBov at 48 kHz.
        Assert.InRange(Block.Decibels(Block.Power(ear.Last(1))), -71, -68);
    }

    [Fact(DisplayName = "Who agreed on comfort noise is told of silence once a second instead of hearing it, and hears speech from its first packet on")]
    public void Sent()
    {
        using var room = new Phones(Plain);
        var talker = room.Add(Talker.Tone(VoiceCodec.G722, 700));
        var listener = room.Mixer.AddListener(Quiet, null);
        listener.IsInMix = true;
        talker.IsTalking = false;
        var (sent, last, position) = (new List<(bool IsNoise, byte Level, bool Marker)>(), 0u, 0u);
        room.Run(3, Take);
        // 0.2 s of packets, then noise at once and after one and two seconds.
        Assert.Equal(3, sent.Count(packet => packet.IsNoise));
        Assert.InRange(sent.Count(packet => !packet.IsNoise), 8, 12);
        Assert.All(sent.Where(packet => packet.IsNoise), packet => Assert.InRange(packet.Level, 71, 76)); // of −65 dBov at 48 kHz, what is below 3.6 kHz
        Assert.DoesNotContain(sent, packet => packet is { IsNoise: true, Marker: true });

        sent.Clear();
        talker.IsTalking = true;
        room.Run(1, Take);
        var first = sent.FindIndex(packet => !packet.IsNoise);
        Assert.True(sent[first].Marker);
        Assert.InRange(sent.Count - first, 45, 50);
        Assert.DoesNotContain(sent.Skip(first), packet => packet.IsNoise);
        Assert.Equal(position - last, (position - last) / 160 * 160);

        void Take()
        {
            position += 160;
            if (listener.Payload.IsEmpty) return;
            sent.Add((listener.IsNoise, listener.Payload[0], listener.Marker));
            last += listener.Ticks;
            Assert.Equal(position, last);
        }
    }

    [Fact(DisplayName = "Who did not agree gets a packet each 20 ms")]
    public void NotAgreed()
    {
        using var room = new Phones(Plain);
        var listener = room.Mixer.AddListener(Phones.Format(VoiceCodec.Pcmu), null);
        listener.IsInMix = true;
        room.Run(1, () => Assert.Equal((160, false), (listener.Payload.Length, listener.IsNoise)));
    }
}
