using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Sfu.Engine;
using Sylk.Conference.Sfu.Peers.Congestion;
using Sylk.Conference.Sfu.Peers.Feedback;
using Sylk.Conference.Sfu.Quality;
using Sylk.Conference.Sfu.Routing;
using Sylk.Conference.Sfu.Routing.Allocation;
using Sylk.Conference.Sfu.Routing.Local;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Peers;

/// <summary>One media connection: what it publishes, what it is shown, and its turn at being looked after.</summary>
internal sealed class Peer : IDeadline
{
    private TransportState _reported;

    public Peer(string id, PeerKind kind, uint number, RoomRouter room, PeerTransport transport)
    {
        Id = id;
        Kind = kind;
        Number = number;
        Room = room;
        Transport = transport;
        _reported = transport.State;
        Reports = new ReceptionReports(this);
        Allocation = new ReceiverAllocation(this);
        Quality = new PeerQuality(this);
    }

    public string Id { get; }

    public PeerKind Kind { get; }

    /// <summary>Names the peer inside RTP: the contributing source of what it publishes. Not 0.</summary>
    public uint Number { get; }

    public RoomRouter Room { get; }

    public PeerTransport Transport { get; }

    public ReceptionReports Reports { get; }

    /// <summary>A publisher whose connection another shard of the room has; here it only owns tracks.</summary>
    public bool IsElsewhere { get; init; }

    /// <summary>Of a publisher elsewhere: its connection is up.</summary>
    public bool IsPresentElsewhere { get; set; }

    /// <summary>What it publishes may be shown.</summary>
    public bool IsPresent => Voice is not null || (IsElsewhere ? IsPresentElsewhere : Transport.State == TransportState.Connected);

    /// <summary>The client's newest offer.</summary>
    public int Sequence { get; set; } = -1;

    /// <summary>The client's side of ICE: another one in a later offer is an ICE restart (RFC 8839 §4.4.1).</summary>
    public string RemoteUfrag { get; set; } = "";

    /// <summary>Addresses the client has named.</summary>
    public RemoteCandidates Candidates { get; } = new();

    public StreamTable Streams { get; } = new();

    public List<Track> Tracks { get; } = [];

    public List<Slot> AudioSlots { get; } = [];

    public List<Slot> VideoSlots { get; } = [];

    /// <summary>Track of every section that sends, by mid.</summary>
    public Dictionary<string, Track> Sections { get; } = new(StringComparer.Ordinal);

    /// <summary>SSRCs the offer declared: ssrc to (mid, SSRC it repairs or 0).</summary>
    public Dictionary<uint, (string Mid, uint Repairs)> DeclaredSsrcs { get; } = [];

    public PayloadBinding[] PayloadTypes { get; } = new PayloadBinding[128];

    public RtpExtensionIds Extensions;

    public PendingQueue Pending { get; } = new();

    public InboundQuota Quota { get; } = new();

    /// <summary>Present once the peer publishes with transport-wide feedback.</summary>
    public TransportCcRecorder? TransportCc { get; set; }

    /// <summary>What its link carries of what we send it; null when it reports neither arrivals nor an estimate of its own.</summary>
    public ReceiverCongestion? Congestion { get; set; }

    /// <summary>What of its video its link carries.</summary>
    public ReceiverAllocation Allocation { get; }

    /// <summary>How its connection does, each way.</summary>
    public PeerQuality Quality { get; }

    /// <summary>Measured from the receiver's reports on what we send.</summary>
    public RoundTripEstimator RoundTrip { get; } = new();

    /// <summary>One for all tracks of the publisher, so that voice and picture keep step.</summary>
    public PublisherClock Clock { get; } = new();

    public PeerView? View { get; set; }

    /// <summary>No video at all: the page is hidden.</summary>
    public bool VideoPaused => View?.Paused ?? false;

    /// <summary>What it sends on data channels reaches the others.</summary>
    public bool MaySendData { get; set; }

    /// <summary>Gets its own data messages back: a network test.</summary>
    public bool Echoes { get; set; }

    /// <summary>The server's own test of its socket: connects to nothing and counts as nobody.</summary>
    public bool IsSocketTest { get; init; }

    /// <summary>When a peer outside any room (network test) is taken away.</summary>
    public Instant ExpiresAt { get; set; } = Instant.Never;

    public Instant QueuedFor { get; set; } = Instant.Never;

    public bool IsPublisher => Tracks.Count > 0;

    public Instant NextDeadline => Instant.Earlier(
        Instant.Earlier(ExpiresAt, Congestion?.NextDeadline ?? Instant.Never), Instant.Earlier(Transport.NextDeadline, Reports.NextDeadline));

    public void OnDeadline(Instant now)
    {
        if (now >= ExpiresAt)
        {
            ExpiresAt = Instant.Never; // who is gone has no deadline any more
            Room.RemovePeer(now, this);
            return;
        }

        if (Transport.NextDeadline <= now)
            Transport.Tick(now);
        if (Reports.NextDeadline <= now)
            Reports.Run(now);
        if (Congestion?.NextDeadline <= now)
            CongestionSteps.Run(now, this);
        ReportStateChange(now);
    }

    /// <summary>What sending to it touches, fetched in three steps (<see cref="CacheLine"/>).</summary>
    public void FetchParts()
    {
        CacheLine.Fetch(Transport, 3);
        CacheLine.Fetch(Pending);
        CacheLine.Fetch(Congestion);
    }

    public void FetchItems()
    {
        CacheLine.Fetch(Transport.Outbound, 2);
        Pending.FetchItems();
        Congestion?.FetchParts();
    }

    public void FetchKeys()
    {
        Transport.Outbound?.FetchKeys();
        Congestion?.Sent.FetchNext();
    }

    /// <summary>Tells the room when the transport came up, went away, or came back.</summary>
    public void ReportStateChange(Instant now)
    {
        if (Transport.State == _reported)
            return;
        _reported = Transport.State;
        if (_reported == TransportState.Connected)
            Room.OnPeerConnected(now, this);
        else if (_reported == TransportState.Lost)
            Room.OnPeerLost(this);
    }

    public Slot? FindSlot(uint ssrc)
    {
        foreach (var slot in VideoSlots)
            if (slot.Ssrc == ssrc || slot.RtxSsrc == ssrc)
                return slot;
        foreach (var slot in AudioSlots)
            if (slot.Ssrc == ssrc)
                return slot;
        return null;
    }

    public Slot? FindSlot(string mid) =>
        VideoSlots.Find(slot => slot.Mid == mid) ?? AudioSlots.Find(slot => slot.Mid == mid);

    // Last on purpose: further up it moved what is looked at for each packet to other cache lines, a tenth of the time per packet.
    /// <summary>Of a publisher without a connection: what it speaks with; else null.</summary>
    public VoiceSource? Voice { get; set; }
}
