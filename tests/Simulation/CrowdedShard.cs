using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Sfu;
using Sylk.Conference.Sfu.Routing;
using Sylk.Conference.Sfu.Routing.Relays;
using Sylk.Conference.TestKit.Simulation;

namespace Sylk.Conference.Simulation.Tests;

/// <summary>
/// Stands in for another shard with any number of publishers: speaks over the link what a shard would, without their connections.
/// Each has a voice of 50 and a camera of 20 packets a second.
/// </summary>
internal sealed class CrowdedShard
{
    private const int Number = 7;
    private const byte OpusPayloadType = 111;
    private const byte Vp8PayloadType = 96;

    private readonly World _world;
    private readonly RelayLink _to;
    private readonly RelayLink _from;
    private readonly CodecEntry _opus;
    private readonly CodecEntry _vp8;
    private readonly Dictionary<uint, Source> _sources = [];
    private uint _next;

    public CrowdedShard(World world)
    {
        _world = world;
        var setup = world.Shard.Setup;
        setup.Links.Register(Number, () => { });
        world.Shard.JoinShards(world.Now, world.Shard.Rooms[World.Room], Number, isHome: false);
        (_to, _from) = (setup.Links.Between(Number, 0), setup.Links.Between(0, Number));
        (_opus, _vp8) = (setup.Codecs.Find(UsualCodecs.Opus)!, setup.Codecs.Find(UsualCodecs.Vp8)!);
    }

    /// <summary>Cameras somebody on the other side watches.</summary>
    public int CamerasWatched => _sources.Values.Count(source => source is { IsVideo: true, Wanted: true });

    /// <summary>Packets handed over.</summary>
    public long Crossed { get; private set; }

    public void Enter(string id, byte level)
    {
        foreach (var isVideo in new[] { false, true })
        {
            var source = new Source(++_next, id, isVideo) { Level = level };
            _sources.Add(source.Id, source);
            var portrait = new TrackPortrait(
                $"tr_{id}_{(isVideo ? 'v' : 'a')}", "0", isVideo ? TrackKind.Video : TrackKind.Audio,
                isVideo ? TrackSource.Camera : TrackSource.Microphone, false, 1_000_000, [])
            {
                OwnerId = id,
                OwnerKind = PeerKind.Web,
                OwnerNumber = 0x0700_0000 + source.Id,
                OwnerPresent = true,
            };
            _to.Post(new TrackOpened(World.Room, source.Id, portrait));
            _to.Post(new FormatTold(source.Id, isVideo ? Vp8PayloadType : OpusPayloadType, isVideo ? _vp8 : _opus));
            _to.Post(new LayerStarted(source.Id, 0, isVideo ? _vp8 : _opus));
        }
    }

    public void Leave(string id)
    {
        foreach (var source in _sources.Values.Where(source => source.Owner == id).ToArray())
        {
            _sources.Remove(source.Id);
            _to.Post(new TrackClosed(source.Id));
        }
    }

    public void Speak(string id, byte level)
    {
        foreach (var source in _sources.Values.Where(source => source.Owner == id))
            source.Level = level;
    }

    /// <summary>A packet of a layer that the first track does not have.</summary>
    public void SendNonsense() => Assert.True(_to.TryWrite(new RelayRecord { Kind = RelayKind.Packet, Track = 1, Layer = 200 }, default));

    public void Run(int milliseconds)
    {
        for (var at = 0; at < milliseconds; at += 10)
        {
            Listen();
            foreach (var source in _sources.Values)
                if ((at / 10) % (source.IsVideo ? 5 : 2) == 0)
                    Send(source, at % 200 == 0);
            _world.Run(10);
        }
    }

    private void Send(Source source, bool beats)
    {
        if (!source.IsVideo && source.Level < 127)
            _to.TryWrite(new RelayRecord { Kind = RelayKind.Level, Track = source.Id, AudioLevel = source.Level }, default);
        var sends = source.Wanted && (source.IsVideo || source.Admitted);
        source.Sequence += 1;
        if (!sends && beats && (source.IsVideo || source.Admitted))
            _to.TryWrite(new RelayRecord { Kind = RelayKind.Beat, Track = source.Id }, default);
        if (!sends)
            return;
        Crossed++;
        ReadOnlySpan<byte> payload = source.IsVideo
            ? [0x90, 0x80, 0x80, (byte)source.Sequence, 0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x40, 0x01, 0xF0, 0x00, 0, 0, 0, 0]
            : [0x78, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
        var record = new RelayRecord
        {
            Kind = RelayKind.Packet,
            Flags = RelayFlags.Marker | RelayFlags.HasLevel,
            PayloadType = source.IsVideo ? Vp8PayloadType : OpusPayloadType,
            PayloadLength = (ushort)payload.Length,
            AudioLevel = source.IsVideo ? byte.MaxValue : source.Level,
            Track = source.Id,
            Timestamp = (uint)(source.Sequence * (source.IsVideo ? 4_500 : 960)),
            Sequence = source.Sequence,
            SkippedThrough = -1,
            Arrival = _world.Now.Nanoseconds,
        };
        Assert.True(_to.TryWrite(record, payload));
    }

    private void Listen()
    {
        var end = _from.Ring.Written;
        while (_from.TryTake(out var message))
            if (message is LayersWanted wanted && _sources.TryGetValue(wanted.Id, out var source))
                source.Wanted = wanted.Mask != 0;
        while (_from.Ring.TryRead(end, out var record, out _))
        {
            if (record.Kind == RelayKind.Admission && _sources.TryGetValue(record.Track, out var source))
                source.Admitted = record.AudioLevel != 0;
            _from.Ring.Release(record);
        }
    }

    private sealed class Source(uint id, string owner, bool isVideo)
    {
        public uint Id => id;

        public string Owner => owner;

        public bool IsVideo => isVideo;

        public byte Level { get; set; }

        public bool Wanted { get; set; }

        public bool Admitted { get; set; }

        public long Sequence { get; set; } = 100;
    }
}
