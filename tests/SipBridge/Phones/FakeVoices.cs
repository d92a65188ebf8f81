using Sylk.Conference.Sfu;

namespace Sylk.Conference.SipBridge.Tests.Phones;

/// <summary>The media engine's end of a room's voices.</summary>
internal sealed class FakeVoices : ILocalAudio
{
    private readonly Queue<(LocalAudioPacket Packet, byte[] Payload)> _incoming = [];

    public bool IsClosed { get; set; }

    public bool IsHeard { get; set; } = true;

    public bool IsDisposed { get; private set; }

    public List<(string Peer, string Track, bool Muted)> Published { get; } = [];

    public List<int> Unpublished { get; } = [];

    public List<(int Voice, uint Timestamp, byte Level, int Length)> Sent { get; } = [];

    public ValueTask<LocalVoice> PublishAsync(string peerId, string trackId, bool muted)
    {
        Published.Add((peerId, trackId, muted));
        return ValueTask.FromResult(new LocalVoice(null, Published.Count));
    }

    public List<string> Mixes { get; } = [];

    /// <summary>Voices that are in a mix and say only how loud they are.</summary>
    public List<(int Voice, byte Level)> Levels { get; } = [];

    /// <summary>Sees each packet.</summary>
    public Action<int, uint, byte, byte[]>? OnSent { get; set; }

    public ValueTask<LocalVoice> PublishMixAsync(string trackId)
    {
        Mixes.Add(trackId);
        return ValueTask.FromResult(new LocalVoice(null, MixNumber + Mixes.Count));
    }

    public const int MixNumber = 100;

    public bool TrySendLevel(int voice, uint timestamp, byte level)
    {
        Levels.Add((voice, level));
        return true;
    }

    public ValueTask UnpublishAsync(int voice)
    {
        Unpublished.Add(voice);
        return ValueTask.CompletedTask;
    }

    /// <summary>Voices that the room has muted.</summary>
    public HashSet<int> Muted { get; } = [];

    public bool IsMuted(int voice) => Muted.Contains(voice);

    public bool TrySend(int voice, ReadOnlySpan<byte> payload, uint timestamp, byte level, bool marker)
    {
        Sent.Add((voice, timestamp, level, payload.Length));
        OnSent?.Invoke(voice, timestamp, level, payload.ToArray());
        return true;
    }

    public void Arrive(LocalAudioPacket packet, byte[] payload) => _incoming.Enqueue((packet with { Length = payload.Length }, payload));

    public bool TryReceive(Span<byte> payload, out LocalAudioPacket packet)
    {
        packet = default;
        if (!_incoming.TryDequeue(out var next))
        {
            return false;
        }

        next.Payload.CopyTo(payload);
        packet = next.Packet;
        return true;
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}
