using Microsoft.Extensions.Logging.Abstractions;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Dtls;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Sfu;
using Sylk.Conference.Sfu.Engine;
using Sylk.Conference.Sfu.Negotiation;
using Sylk.Conference.Sfu.Routing;
using Sylk.Conference.Sfu.Routing.Relays;

namespace Sylk.Conference.TestKit.Simulation;

/// <summary>
/// A media shard or several, their peers and the network between them, in virtual time: <see cref="Run"/> moves the clock from one
/// thing that happens to the next. Nothing waits, nothing sleeps, and a seed repeats what the network does; keys, passwords and
/// SSRCs come from the system and differ each time.
/// </summary>
public sealed class World : IDisposable
{
    public const string Room = "simulated";

    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>When every call begins.</summary>
    public static readonly Instant Start = Instant.FromMilliseconds(1_000_000);

    /// <summary>What the server's wall clock shows at <see cref="Start"/>, microseconds since 1970.</summary>
    public static readonly long EpochMicroseconds = Epoch.ToUnixTimeMilliseconds() * 1000;

    /// <summary>More rounds than this at one instant are a deadline that never moves on.</summary>
    private const int MostRoundsPerInstant = 20_000;

    private readonly DtlsIdentity _identity;
    private readonly DtlsContext _server;
    private readonly VirtualTransport[] _transports;
    private readonly MediaShard[] _shards;
    private readonly Answerer _answerer;
    private readonly List<WirePeer> _peers = [];
    private readonly Dictionary<TransportAddress, WirePeer> _byAddress = [];
    private readonly Dictionary<uint, int> _numbers = [];
    private readonly Dictionary<string, int> _seats = new(StringComparer.Ordinal);
    private int _joined;

    /// <param name="shards">All of them have the room; the first is its home.</param>
    /// <param name="ringBytes">Memory of each ring between two shards.</param>
    public World(int seed, LinkProfile? profile = null, int shards = 1, int ringBytes = RelayRing.DefaultBytes)
    {
        Seed = seed;
        Network = new VirtualNetwork(seed, profile ?? LinkProfile.Perfect);
        _identity = DtlsIdentity.Create(Epoch);
        _server = new DtlsContext(_identity, DtlsRole.Server);
        Client = new DtlsContext(_identity, DtlsRole.Client);
        Now = Start;
        var setup = new ShardSetup(_server, _identity, new NtpClock(Epoch, Now), Listener, NullLogger.Instance)
        {
            Links = new RelayLinks { RingBytes = ringBytes },
        };
        _answerer = new Answerer(setup, [System.Net.IPAddress.Loopback]);
        _transports = [.. Enumerable.Range(0, shards).Select(index => new VirtualTransport(Network, AddressOf(index)) { Now = Now })];
        _shards = [.. _transports.Select((transport, index) => new MediaShard(index, setup, transport))];
        foreach (var shard in _shards)
            shard.OpenRoom(Room, RoomMediaPolicy.Default).Epoch = 1;
        foreach (var shard in _shards)
            foreach (var other in _shards.Where(other => other != shard))
                shard.JoinShards(Now, shard.Rooms[Room], other.Index, isHome: other.Index == 0);
    }

    /// <summary>Address of the first shard.</summary>
    public static TransportAddress ServerAddress { get; } = AddressOf(0);

    public int Seed { get; }

    public Instant Now { get; private set; }

    public VirtualNetwork Network { get; }

    public IReadOnlyList<WirePeer> Peers => _peers;

    public RecordingListener Listener { get; } = new();

    internal MediaShard Shard => _shards[0];

    internal IReadOnlyList<MediaShard> Shards => _shards;

    internal DtlsContext Client { get; }

    internal CertificateFingerprint Fingerprint => _identity.Fingerprint;

    /// <summary>This shard gets no turn, as when its thread is away; -1 for none.</summary>
    public int Stalled { get; set; } = -1;

    /// <summary>A peer joins with its own address and offers at once.</summary>
    public WirePeer Join(string id, PeerShape shape, int shard = 0)
    {
        var index = ++_joined;
        _seats[id] = shard;
        var peer = new WirePeer(this, id, shape, TransportAddress.FromIPv4(0x0A000000 + (uint)index, 4000), index) { Server = AddressOf(shard) };
        _peers.Add(peer);
        _byAddress[peer.Address] = peer;
        peer.Negotiate();
        if (HomeOf(id).FindPeer(id) is { } known)
            _numbers[known.Number] = index;
        return peer;
    }

    /// <summary>Phones of the room, at its home.</summary>
    public LocalVoices OpenLocalAudio() => new(this, Shard.OpenLocalAudio(Now, Shard.Rooms[Room]));

    internal LocalVoices OpenLocalAudio(int ringBytes) => new(this, Shard.OpenLocalAudio(Now, Shard.Rooms[Room], ringBytes));

    /// <summary>Camera and picture of a phone that speaks.</summary>
    public LocalCameraman OpenLocalVideo(LocalSpeaker phone) =>
        new(this, Shard.OpenLocalVideo(Now, Shard.Rooms[Room].FindPeer(phone.Id)!.Voice!), phone.Index);

    /// <summary>A mark for somebody who is in the room without a connection.</summary>
    internal int TakeNumber(string id)
    {
        var index = ++_joined;
        if (Shard.Rooms[Room].FindPeer(id) is { } known)
            _numbers[known.Number] = index;
        return index;
    }

    /// <summary>Hands an offer to the shard as the engine's front would.</summary>
    public PeerAnswer Offer(PeerOffer offer)
    {
        if (!SdpParser.TryParse(offer.Sdp, out var description, out var error))
            throw new InvalidOperationException($"{error}");
        return _answerer.Answer(Now, _shards[_seats[offer.PeerId]], offer, description).Complete();
    }

    public void Mute(string track, bool muted)
    {
        var room = _shards.Select(shard => shard.Rooms[Room]).First(room => room.FindTrack(track) is { Relayed: null });
        room.SetMuted(Now, room.FindTrack(track)!, muted);
    }

    public void View(string peer, params SlotWish[] wishes) => SetView(peer, new PeerView(1, [.. wishes], [], false));

    public void Pause(string peer, bool paused) => SetView(peer, new PeerView(1, [], [], paused));

    public void Leave(WirePeer peer)
    {
        peer.Stop();
        _byAddress.Remove(peer.Address);
        _peers.Remove(peer);
        var room = HomeOf(peer.Id);
        if (room.FindPeer(peer.Id) is { } known)
            room.RemovePeer(Now, known);
    }

    /// <summary>The client behind a member's number in RTP; -1 for nobody.</summary>
    public int PeerOf(uint number) => _numbers.GetValueOrDefault(number, -1);

    /// <summary>The client goes on from another address and can be reached at both.</summary>
    public void Move(WirePeer peer, TransportAddress address)
    {
        peer.Address = address;
        _byAddress[address] = peer;
    }

    public void Run(double milliseconds)
    {
        var rounds = 0;
        var end = Now.PlusMilliseconds((long)milliseconds);
        Step();
        while (NextEvent() is var next && next <= end)
        {
            rounds = next > Now ? 0 : rounds + 1;
            if (rounds > MostRoundsPerInstant)
                throw new InvalidOperationException($"Time stands still at {Now}.");
            if (next > Now)
                Now = next;
            Step();
        }

        Now = end;
    }

    internal void Send(WirePeer from, ReadOnlySpan<byte> datagram) => Network.Send(Now, from.Address, from.Server, datagram);

    /// <summary>Somebody who is nobody's peer sends bytes to the media port; what comes back is counted.</summary>
    public long Inject(TransportAddress from, ReadOnlySpan<byte> datagram)
    {
        var before = Network.BytesTo(from);
        _transports[0].Arrive(new VirtualNetwork.Datagram(from, ServerAddress, datagram.ToArray()));
        Step();
        return Network.BytesTo(from) - before;
    }

    /// <summary>
    /// Gives the shard alone these datagrams of a peer, 500 µs apart, and throws away what it sends.
    /// </summary>
    /// <returns>Bytes the shard allocated, and the packets it sent.</returns>
    public (long Allocated, long Sent) Feed(WirePeer from, ReadOnlySpan<byte[]> datagrams)
    {
        Array.ForEach(_transports, transport => transport.Discards = true);
        var sent = _transports.Sum(transport => transport.Discarded);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var datagram in datagrams)
        {
            Now = new Instant(Now.Nanoseconds + 500_000);
            _transports[_seats[from.Id]].Arrive(new VirtualNetwork.Datagram(from.Address, from.Server, datagram));
            foreach (var shard in _shards)
                shard.Turn(Now);
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before, _transports.Sum(transport => transport.Discarded) - sent);
    }

    public void Dispose()
    {
        foreach (var peer in _peers)
            peer.Dispose();
        foreach (var shard in _shards)
            shard.CloseRoom(Now, shard.Rooms[Room]);
        Client.Dispose();
        _server.Dispose();
        _identity.Dispose();
    }

    private void SetView(string peer, PeerView view)
    {
        var room = HomeOf(peer);
        room.SetView(Now, room.FindPeer(peer)!, view);
    }

    private Instant NextEvent()
    {
        var next = Network.NextArrival;
        foreach (var shard in _shards)
            if (shard.Index != Stalled)
                next = Instant.Earlier(next, shard.NextWake);
        foreach (var peer in _peers)
            next = Instant.Earlier(next, peer.NextDeadline);
        return next;
    }

    private void Step()
    {
        foreach (var transport in _transports)
            transport.Now = Now;
        while (Network.TryTakeArrived(Now, out var datagram))
        {
            if (Array.FindIndex(_transports, transport => transport.Address == datagram.To) is var index and >= 0)
                _transports[index].Arrive(datagram);
            else if (_byAddress.TryGetValue(datagram.To, out var peer))
                peer.Receive(datagram.Data);
        }

        foreach (var shard in _shards)
            if (shard.Index != Stalled)
                shard.Turn(Now);
        foreach (var peer in _peers)
            peer.Tick();
    }

    private RoomRouter HomeOf(string peer) => _shards[_seats[peer]].Rooms[Room];

    private static TransportAddress AddressOf(int shard) => TransportAddress.FromIPv4(0x7F000001, (ushort)(10000 + shard));
}
