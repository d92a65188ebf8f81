using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu;
using Sylk.Conference.Sfu.Routing.Local;

namespace Sylk.Conference.TestKit.Simulation;

/// <summary>
/// Phones of a simulated room: speakers without a connection that hand their sound to the shard every 20 ms, and what the endpoint
/// hears for them.
/// </summary>
public sealed class LocalVoices
{
    private readonly World _world;
    private readonly List<LocalSpeaker> _speakers = [];
    private readonly byte[] _buffer = new byte[1_500];

    internal LocalVoices(World world, LocalEndpoint endpoint) => (_world, Endpoint) = (world, endpoint);

    internal LocalEndpoint Endpoint { get; }

    public ILocalAudio Audio => Endpoint;

    /// <summary>Everything that came, in order, and by whose mark; 0 for what carries none.</summary>
    public List<(LocalAudioPacket Packet, uint Sender, Instant At)> Heard { get; } = [];

    /// <summary>Nobody fetches what is heard.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>A phone joins; it speaks from the next <see cref="Run"/> on.</summary>
    public LocalSpeaker Join(string id, byte level = 30, bool muted = false) =>
        Add(id, Audio.PublishAsync(id, $"tr_{id}_a", muted).AsTask(), level);

    /// <summary>What many phones say together.</summary>
    public LocalSpeaker JoinMix(string id) => Add(id, Audio.PublishMixAsync(id).AsTask(), level: 30);

    private LocalSpeaker Add(string id, Task<LocalVoice> asked, byte level)
    {
        _world.Run(1);
        if (!asked.IsCompleted)
            throw new InvalidOperationException("The shard did not answer.");
        var voice = asked.Result;
        if (voice.Error is not null)
            return new LocalSpeaker(id, voice, 0);
        var speaker = new LocalSpeaker(id, voice, _world.TakeNumber(id)) { Level = level };
        _speakers.Add(speaker);
        return speaker;
    }

    public void Leave(LocalSpeaker speaker)
    {
        _speakers.Remove(speaker);
        var asked = Audio.UnpublishAsync(speaker.Voice.Number).AsTask();
        _world.Run(1);
        if (!asked.IsCompleted)
            throw new InvalidOperationException("The shard did not answer.");
    }

    /// <summary>Moves the world on in steps of 20 ms, each with a packet of every speaker that is not silent, every other with a picture of each camera.</summary>
    public void Run(int milliseconds, params ReadOnlySpan<LocalCameraman> cameras)
    {
        for (var at = 0; at < milliseconds; at += 20)
        {
            foreach (var camera in cameras)
                if (at % 40 == 0)
                    camera.Run();
            foreach (var speaker in _speakers)
                speaker.Speak(_world.Now, Audio);
            _world.Run(20);
            Listen();
        }
    }

    public void Listen()
    {
        while (!IsDeaf && Audio.TryReceive(_buffer, out var packet))
        {
            var isMarked = PayloadMark.TryRead(_buffer.AsSpan(Math.Min(1, packet.Length), Math.Max(0, packet.Length - 1)), out var mark);
            Heard.Add((packet, isMarked ? mark.Sender : 0, _world.Now));
        }
    }

    /// <summary>The endpoint has heard the person in the last quarter of a second.</summary>
    public bool Hears(WirePeer other)
    {
        var since = _world.Now.PlusMilliseconds(-250);
        return Heard.FindLast(item => item.Sender == PayloadMark.Audio(other.Index)) is { Sender: not 0 } last && last.At >= since;
    }
}

/// <summary>One phone: a voice of 50 packets a second.</summary>
public sealed class LocalSpeaker(string id, LocalVoice voice, int index)
{
    private readonly byte[] _payload = new byte[60];
    private uint _frame;
    private bool _hasGap = true;

    public string Id => id;

    public LocalVoice Voice => voice;

    /// <summary>Marks its payloads, and names it in the world.</summary>
    public int Index => index;

    public string Track => $"tr_{id}_a";

    /// <summary>-dBov.</summary>
    public byte Level { get; set; }

    /// <summary>Sends nothing (DTX); its clock goes on.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Its sound is in a mix, and only its level is told.</summary>
    public bool IsInMix { get; set; }

    public long Sent { get; private set; }

    /// <summary>Packets the endpoint did not take.</summary>
    public long Refused { get; private set; }

    internal void Speak(Instant now, ILocalAudio audio)
    {
        var frame = _frame++;
        if (IsSilent)
        {
            _hasGap = true;
            return;
        }

        if (IsInMix)
        {
            audio.TrySendLevel(voice.Number, 5_000 + (frame * 960), Level);
            _hasGap = true;
            return;
        }

        _payload[0] = 0x78;
        new PayloadMark(PayloadMark.Audio(index), frame, 0, 1, false, now.Nanoseconds).Write(_payload.AsSpan(1));
        if (audio.TrySend(voice.Number, _payload, 5_000 + (frame * 960), Level, _hasGap))
            Sent++;
        else
            Refused++;
        _hasGap = false;
    }
}
