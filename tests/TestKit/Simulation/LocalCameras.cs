using System.Collections.Immutable;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Sfu;
using Sylk.Conference.Sfu.Routing.Local;

namespace Sylk.Conference.TestKit.Simulation;

/// <summary>Camera and picture of a simulated phone: sends VP8 at 25 pictures a second and decodes what it is shown.</summary>
public sealed class LocalCameraman
{
    private const int DescriptorLength = 6;
    private const int FrameTag = 10;
    private const int Packets = 3;

    private readonly World _world;
    private readonly int _index;
    private readonly byte[] _payload = new byte[200];
    private readonly byte[] _buffer = new byte[1_500];
    private long _sequence = 65_500;
    private uint _frame;
    private bool _isKeyframeWanted = true;
    private bool _isNew;
    private long _newest = -1;

    internal LocalCameraman(World world, VideoEndpoint endpoint, int index) => (_world, Endpoint, _index) = (world, endpoint, index);

    internal VideoEndpoint Endpoint { get; }

    public ILocalVideo Video => Endpoint;

    /// <summary>Pictures as a decoder shows them.</summary>
    public PictureDecoder Picture { get; } = new();

    /// <summary>Who was shown, by mark, with the first packet of each.</summary>
    public List<(uint Sender, bool IsKeyframe, Instant At)> Shown { get; } = [];

    /// <summary>Numbers that were left out or came twice.</summary>
    public int NumberFaults { get; private set; }

    public int KeyframesAsked { get; private set; }

    public bool IsOff { get; set; }

    public static ImmutableArray<CodecOffer> Vp8 { get; } = [new(97, "VP8", 90_000)];

    public MediaError? Publish(string track, bool muted = false) => Ask(Video.PublishAsync(new LocalCamera(track, Vp8, muted)).AsTask());

    public MediaError? Watch(int lines = 360, params ImmutableArray<string> first) => Watch(new LocalView([Vp8], lines, first, IsPaused: false));

    public MediaError? Watch(LocalView view) => Ask(Video.WatchAsync(view).AsTask());

    /// <summary>As after a restart of the phone's encoder: other numbers, a keyframe first.</summary>
    public void Restart() => (_sequence, _isKeyframeWanted, _isNew) = (_sequence + 20_000, true, true);

    /// <summary>One picture, and all that came.</summary>
    public void Run()
    {
        if (Video.TryTakeKeyframeWish())
        {
            KeyframesAsked++;
            _isKeyframeWanted = true;
        }

        if (!IsOff)
            Send();
        while (Video.TryReceive(_buffer, out var packet))
            Take(packet);
    }

    private void Send()
    {
        var key = _isKeyframeWanted;
        _isKeyframeWanted = false;
        for (var i = 0; i < Packets; i++)
        {
            ReadOnlySpan<byte> descriptor = [(byte)(0x80 | (i == 0 ? 0x10 : 0)), 0xE0, (byte)(0x80 | ((_frame >> 8) & 0x7F)), (byte)_frame, (byte)_frame, 0];
            ReadOnlySpan<byte> tag = key && i == 0 ? [0x10, 0x02, 0, 0x9D, 0x01, 0x2A, 0x80, 0x02, 0x68, 0x01] : [0x11, 0x02, 0, 0, 0, 0, 0, 0, 0, 0];
            descriptor.CopyTo(_payload);
            tag.CopyTo(_payload.AsSpan(DescriptorLength));
            new PayloadMark(PayloadMark.Video(_index), _frame, (byte)i, Packets, key, _world.Now.Nanoseconds) { Back = key ? (byte)0 : (byte)1 }
                .Write(_payload.AsSpan(DescriptorLength + FrameTag));
            Video.TrySend(new LocalVideoPacket(0, _sequence++, _frame * 3_600, i == Packets - 1, _payload.Length, _isNew), _payload);
            _isNew = false;
        }

        _frame++;
    }

    private void Take(in LocalVideoPacket packet)
    {
        NumberFaults += _newest >= 0 && packet.Sequence != _newest + 1 ? 1 : 0;
        _newest = packet.Sequence;
        if (!PayloadMark.TryRead(_buffer.AsSpan(DescriptorLength + FrameTag, packet.Length - DescriptorLength - FrameTag), out var mark))
            return;
        if (Shown.Count == 0 || Shown[^1].Sender != mark.Sender)
            Shown.Add((mark.Sender, mark.IsKeyframe, _world.Now));
        Picture.Add(_world.Now, packet.Timestamp, ((_buffer[2] & 0x7F) << 8) | _buffer[3], mark);
    }

    private MediaError? Ask(Task<MediaError?> asked)
    {
        _world.Run(1);
        return asked.IsCompleted ? asked.Result : throw new InvalidOperationException("The shard did not answer.");
    }
}
