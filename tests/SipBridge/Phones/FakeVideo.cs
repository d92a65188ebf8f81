using Sylk.Conference.Sfu;

namespace Sylk.Conference.SipBridge.Tests.Phones;

/// <summary>The media engine's end of a leg's video.</summary>
internal sealed class FakeVideo : ILocalVideo
{
    private readonly Queue<(LocalVideoPacket Packet, byte[] Payload)> _incoming = [];

    public bool IsClosed { get; set; }

    public List<LocalCamera?> Cameras { get; } = [];

    public List<LocalView> Views { get; } = [];

    public List<(LocalVideoPacket Packet, byte[] Payload)> Sent { get; } = [];

    public int KeyframesAsked { get; private set; }

    public bool WantsKeyframe { get; set; }

    public ValueTask<MediaError?> PublishAsync(LocalCamera camera)
    {
        Cameras.Add(camera);
        return default;
    }

    public ValueTask UnpublishAsync()
    {
        Cameras.Add(null);
        return default;
    }

    public ValueTask<MediaError?> WatchAsync(LocalView view)
    {
        Views.Add(view);
        return default;
    }

    public bool TrySend(in LocalVideoPacket packet, ReadOnlySpan<byte> payload)
    {
        Sent.Add((packet, payload.ToArray()));
        return true;
    }

    public void Show(long sequence, uint timestamp, byte[] payload, byte format = 0) =>
        _incoming.Enqueue((new LocalVideoPacket(format, sequence, timestamp, true, payload.Length), payload));

    public bool TryReceive(Span<byte> payload, out LocalVideoPacket packet)
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

    public void AskForKeyframe() => KeyframesAsked++;

    public bool TryTakeKeyframeWish()
    {
        var wants = WantsKeyframe;
        WantsKeyframe = false;
        return wants;
    }

    public ValueTask DisposeAsync()
    {
        IsClosed = true;
        return default;
    }
}
