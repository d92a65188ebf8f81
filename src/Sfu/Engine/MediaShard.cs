using Microsoft.Extensions.Logging;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Ice;
using Sylk.Conference.Protocols.Stun;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Net;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Peers.Data;
using Sylk.Conference.Sfu.Peers.Feedback;
using Sylk.Conference.Sfu.Routing;
using Sylk.Conference.Sfu.Routing.Relays;

namespace Sylk.Conference.Sfu.Engine;

/// <summary>
/// One media thread: its socket, its timers, its rooms. <see cref="Turn"/> is the whole of what it does; nothing in here is
/// shared with another thread but the mailbox and the counters.
/// </summary>
internal sealed partial class MediaShard
{
    /// <summary>Messages handled between two receptions: a join costs up to a millisecond, packets must not wait for many.</summary>
    private const int MessagesPerTurn = 16;

    private const int ReceptionsPerTurn = 4;

    private readonly IDatagramTransport _transport;
    private readonly ILogger _logger;
    private readonly ReceiveBatch _received = new();
    private readonly PathTable _paths = new();
    private readonly IngressPipeline _ingress;
    private readonly RtcpIntake _rtcp;
    private readonly FlushTimer _flush;
    private readonly Dictionary<string, RoomRouter> _rooms = new(StringComparer.Ordinal);
    private readonly ChangedViewers _changed = new();
    private readonly RoomContext _roomContext;
    private readonly byte[] _scratch = new byte[2048];
    private readonly DataTurns _dataTurns;
    private readonly ForwardTimes _forwarding;
    private uint _nextPeerNumber;
    private bool _flushed;
    private volatile bool _stopping;

    public MediaShard(int index, ShardSetup setup, IDatagramTransport transport)
    {
        Index = index;
        Setup = setup;
        _transport = transport;
        _logger = setup.Logger;
        Mailbox = new ShardMailbox(transport.Wake);
        Egress = new EgressPipeline(transport, Counters);
        _flush = new FlushTimer(setup.CoalesceMicroseconds);
        _dataTurns = new DataTurns(Deadlines);
        _ingress = new IngressPipeline(Counters);
        _rtcp = new RtcpIntake(Counters);
        _forwarding = new ForwardTimes(Counters.Samples);
        _roomContext = new RoomContext(Egress, Counters, setup.Listener, Deadlines, setup.Clock)
        {
            Changed = _changed,
            Forwarding = _forwarding,
            Release = Release,
        };
        // Numbers name a publisher on every shard of the node that its room lives on.
        _nextPeerNumber = ((uint)index << 24) + 1;
        setup.Links.Register(index, transport.Wake);
    }

    public int Index { get; }

    public ShardSetup Setup { get; }

    public ShardMailbox Mailbox { get; }

    public EgressPipeline Egress { get; }

    public DeadlineQueue Deadlines { get; } = new();

    public ShardCounters Counters { get; } = new();

    /// <summary>Links to other shards of the node, for rooms that live on several.</summary>
    public ShardRelays Relays { get; } = new();

    public HandshakeLimit Handshakes { get; } = new(4096);

    public IReadOnlyDictionary<string, RoomRouter> Rooms => _rooms;

    public int PeerCount { get; private set; }

    public int UdpPort => _transport.LocalPort;

    public int TcpPort => _transport.LocalTcpPort;

    /// <summary>When <see cref="Turn"/> is wanted next if nothing arrives.</summary>
    public Instant NextWake => Relays.HasWaiting ? default : Instant.Earlier(Deadlines.Next, Instant.Earlier(_flush.DueAt, Egress.NextSlot));

    /// <summary>The thread's life. Returns when <see cref="Stop"/> was called.</summary>
    public void Run()
    {
        while (!_stopping)
        {
            var now = MonotonicClock.Now;
            Volatile.Write(ref Counters.TurnedAt, now.Nanoseconds);
            Turn(now);
            var after = MonotonicClock.Now;
            _flush.NoteWork(now, after);
            if (_flushed)
                _forwarding.OnFlushed(after);
            var wait = NextWake - after;
            if (wait > TimeSpan.Zero && Mailbox.IsEmpty)
                _transport.Wait(wait < Setup.LongestWait ? wait : Setup.LongestWait);
        }

        _transport.Dispose();
    }

    public void Stop()
    {
        _stopping = true;
        _transport.Wake();
    }

    /// <summary>One round: messages, packets, timers, and what they made to be sent.</summary>
    public void Turn(Instant now)
    {
        DrainLocals(now);
        Mailbox.Drain(now, MessagesPerTurn);
        DrainRelays(now);
        for (var i = 0; i < ReceptionsPerTurn && _transport.Receive(_received) > 0; i++)
            ReceiveBatch(now);
        while (_transport.TryTakeClosedLink(out var link))
            _paths.RemoveLink(link);
        Deadlines.RunDue(now);
        _changed.Flush();
        Relays.WakeReaders();
        Egress.RunPaced(now);
        _flushed = _flush.IsDue(now, Egress.DirtyPeers);
        if (_flushed)
            Egress.Flush(now);
        else
            Egress.FlushControl();
    }

    public RoomRouter OpenRoom(string name, RoomMediaPolicy policy)
    {
        if (_rooms.TryGetValue(name, out var room))
            return room;
        room = new RoomRouter(name, _roomContext, policy);
        _rooms.Add(name, room);
        return room;
    }

    public void CloseRoom(Instant now, RoomRouter room)
    {
        foreach (var peer in room.Peers.ToArray())
            room.RemovePeer(now, peer);
        room.CloseLocals();
        room.Relays?.Close();
        _rooms.Remove(room.Name);
    }

    public Peer AddPeer(RoomRouter room, string id, PeerKind kind, bool isSocketTest = false)
    {
        var claim = new PathClaim(_paths);
        var peer = new Peer(id, kind, _nextPeerNumber++, room, new PeerTransport(ContextOf(claim), IceCredentials.Create()))
        {
            IsSocketTest = isSocketTest,
        };
        claim.Owner = peer;
        AddUfrag(peer, peer.Transport.Ice.Local);
        room.AddPeer(peer);
        PeerCount++;
        return peer;
    }

    /// <summary>Connects a room here with its part on another shard; that one does the same.</summary>
    /// <param name="isHome">The other shard decides for the room who is heard.</param>
    public void JoinShards(Instant now, RoomRouter room, int other, bool isHome)
    {
        room.Relays ??= new RoomRelays(room, Deadlines, new PeerTransport(ContextOf(new PathClaim(_paths)), IceCredentials.Create()));
        room.Relays.Attach(now, Relays.PortTo(other, Index, Setup.Links), isHome);
        Deadlines.Refresh(room);
    }

    /// <summary>New credentials beside the old ones, until the new path works (sfu E.2 "Restart").</summary>
    public void RestartIce(Instant now, Peer peer, IceCredentials remote)
    {
        var local = IceCredentials.Create();
        AddUfrag(peer, local);
        peer.Transport.Ice.Restart(now, local, remote);
        Deadlines.Refresh(peer);
    }

    private PeerTransportContext ContextOf(PathClaim claim) =>
        new(Egress, Counters, Setup.Dtls, Handshakes, claim) { Scratch = _scratch, DataTurns = _dataTurns };

    private void AddUfrag(Peer peer, IceCredentials local)
    {
        _paths.AddUfrag(local.Ufrag, peer);
        peer.Transport.Ufrags.Add(local.Ufrag);
    }

    private void Release(Instant now, Peer peer)
    {
        if (peer.Voice is { } voice)
        {
            voice.Close(); // there is no connection, and the transport is everybody's
            Egress.Forget(peer);
            return;
        }

        peer.Transport.Close(now);
        _paths.RemoveAll(peer);
        _changed.Remove(peer);
        Egress.Forget(peer);
        peer.Transport.Dispose();
        PeerCount--;
    }

    private void DrainRelays(Instant now)
    {
        try
        {
            Relays.Drain(now);
        }
#pragma warning disable CA1031 // one record's fault must not end the loop that serves everyone (reliability §1.5)
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Counters.TurnFailures++;
            Log.RecordFailed(_logger, fault, Index);
        }
    }

    private void ReceiveBatch(Instant now)
    {
        for (var i = 0; i < _received.Count; i++)
        {
            try
            {
                Receive(now, _received.Path(i), _received.Data(i));
            }
#pragma warning disable CA1031 // one datagram's fault must not end the loop that serves everyone (reliability §1.5)
            catch (Exception fault)
#pragma warning restore CA1031
            {
                Counters.TurnFailures++;
                Log.DatagramFailed(_logger, fault, Index);
            }
        }
    }

    private void Receive(Instant now, in NetworkPath path, Span<byte> datagram)
    {
        Counters.PacketsReceived++;
        Counters.BytesReceived += datagram.Length;
        var kind = Demultiplexer.Classify(datagram);
        if (kind == PacketClass.Refused)
        {
            Counters.Drop(DropReason.NotAPacket, kind: DropKind.Transport);
            return;
        }

        var peer = _paths.Find(path) ?? (kind == PacketClass.Stun ? FindByUfrag(datagram) : null);
        if (peer is null)
        {
            Counters.Drop(kind == PacketClass.Stun ? DropReason.UnknownUfrag : DropReason.UnknownAddress, kind: KindOf(kind));
            return;
        }

        if (peer.Quota.AllowDatagram(now))
            Handle(now, peer, kind, path, datagram);
        else
            Counters.Drop(DropReason.AddressRateCap, kind: KindOf(kind));
    }

    private void Handle(Instant now, Peer peer, PacketClass kind, in NetworkPath path, Span<byte> datagram)
    {
        switch (kind)
        {
            case PacketClass.Stun:
                // A page that reloads behind the same address brings a new ufrag: that decides whose check it is.
                (FindByUfrag(datagram) ?? peer).Transport.ReceiveStun(now, path, datagram);
                break;
            case PacketClass.Dtls when !peer.Quota.AllowDtls():
                Counters.Drop(DropReason.InboundQuota, kind: DropKind.Transport);
                break;
            case PacketClass.Dtls:
                peer.Transport.ReceiveDtls(now, path, datagram);
                break;
            case PacketClass.Rtp when peer.Transport.Inbound is not null:
                _ingress.Run(now, peer, datagram);
                break;
            case PacketClass.Rtcp when peer.Transport.Inbound is not null:
                _rtcp.Run(now, peer, datagram);
                break;
            default:
                Counters.Drop(DropReason.BeforeDtls, kind: KindOf(kind));
                break;
        }

        peer.ReportStateChange(now);
        Deadlines.Refresh(peer);
        if (path.Link != 0 && kind == PacketClass.Stun && peer.Transport.Ice.IsValidated(path))
            _transport.MarkValidated(path.Link);
    }

    private static DropKind KindOf(PacketClass kind) => kind == PacketClass.Rtp ? DropKind.Unknown : DropKind.Transport;

    private Peer? FindByUfrag(ReadOnlySpan<byte> datagram) =>
        IceLiteAgent.TryReadLocalUfrag(datagram, out var ufrag) ? _paths.FindByUfrag(ufrag) : null;
}
