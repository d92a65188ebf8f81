using System.Collections.Immutable;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Dtls;
using Sylk.Conference.Protocols.Ice;
using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Protocols.Stun;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>What all channels of a node share.</summary>
/// <param name="Server">For associations they open; null where DTLS is not to be had.</param>
/// <param name="Client">For associations we open.</param>
internal sealed record DtlsRoles(DtlsContext? Server, DtlsContext? Client);

/// <summary>Takes what a channel lets through.</summary>
internal interface IChannelReader
{
    /// <summary>An RTP or RTCP packet as it came: maybe encrypted, from anywhere.</summary>
    void OnMedia(Instant now, LegChannel channel, Span<byte> datagram, in TransportAddress from, bool isRtcp);
}

/// <summary>
/// One port of a leg: tells apart what comes (RFC 7983), answers checks, makes keys by DTLS, and knows where packets go. Without
/// RTCP mux a leg has two of them, each with an association of its own (RFC 5764 section 3).
/// </summary>
/// <param name="port">Ours.</param>
/// <param name="latch">Whose packets count.</param>
/// <param name="dtls">For associations.</param>
/// <param name="beside">The leg's RTP channel, when this is its RTCP: keys of a description are for both.</param>
internal sealed class LegChannel(IPhonePort port, Latch latch, DtlsRoles dtls, LegChannel? beside = null) : IDisposable
{
    private const int MostPackets = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Before a call we placed is answered: its description may have come while it rings.</summary>
    private static readonly TimeSpan RingingPatience = TimeSpan.FromSeconds(120);

    private readonly byte[] _scratch = new byte[2048];
    private readonly LegKeyring _own = new();
    private LegIceAgent? _ice;
    private DtlsSession? _session;
    private bool _isKeyed;
    private TransportAddress _dtlsPath;
    private Instant _givenUpAt = Instant.Never;

    public Latch Latch => latch;

    /// <summary>RTP has a port of its own.</summary>
    public bool IsForRtcp => beside is not null;

    public LegKeyring Keys => Security == LegSecurity.Sdes && beside is not null ? beside._own : _own;

    public LegSecurity Security { get; private set; }

    /// <summary>We placed the call, and nothing says yet that it was answered.</summary>
    public bool MayRing { get; set; }

    /// <summary>Nobody made keys in 10 s, or they failed.</summary>
    public string? Failure { get; private set; }

    /// <summary>Datagrams of no kind that belongs here.</summary>
    public long Refused { get; private set; }

    /// <summary>Packets may go out now, and where to.</summary>
    public bool TryGetTarget(out TransportAddress target)
    {
        target = latch.Target;
        if (_ice is not null)
        {
            if (_ice.TryGetMediaPath(out var path))
            {
                target = path.Remote;
            }
            else if (!_ice.IsGivenUp)
            {
                return false;
            }
        }

        return target.Port != 0 && (Security == LegSecurity.Plain || Keys.IsReady);
    }

    /// <summary>Whether a packet from there counts: checked by ICE, authentic, or believed.</summary>
    public bool Accepts(Instant now, in TransportAddress from, in RtpPacket packet, bool isAuthentic) =>
        IsByIce ? isAuthentic || _ice!.IsValidated(new NetworkPath(from)) : latch.Take(now, from, packet.Ssrc, packet.SequenceNumber, isAuthentic);

    /// <summary>The same for what has no source to tell apart: DTLS, and RTCP in the clear.</summary>
    public bool Knows(Instant now, in TransportAddress from) =>
        IsByIce ? _ice!.IsValidated(new NetworkPath(from)) : latch.Knows(now, from);

    private bool IsByIce => _ice is { IsGivenUp: false };

    /// <summary>A description: where packets go, and how they are protected.</summary>
    /// <param name="now">When it was agreed on.</param>
    /// <param name="told">The address it names; nowhere keeps the one before.</param>
    /// <param name="signalling">Where the signalling comes from.</param>
    /// <param name="agreed">What was agreed on.</param>
    /// <param name="keepsAssociation">The association made before is good for this description too.</param>
    /// <param name="ice">Our credentials.</param>
    public void Set(Instant now, in TransportAddress told, in TransportAddress signalling, LegStream agreed, bool keepsAssociation, IceCredentials ice)
    {
        if (told.Port != 0 && !IsNowhere(told))
        {
            latch.Open(now, told, signalling);
        }

        SetIce(now, told, agreed, ice);
        Security = agreed.Security;
        if (Security == LegSecurity.Sdes)
        {
            Keys.Set(now, agreed.LocalKey!, agreed.RemoteKey!);
            EndSession();
        }
        else if (Security == LegSecurity.Dtls && !keepsAssociation)
        {
            BeginSession(now, agreed);
        }
        else if (Security == LegSecurity.Plain)
        {
            EndSession();
        }
    }

    /// <summary>The call was answered: what has to come from the other end has to come soon.</summary>
    public void Answered(Instant now)
    {
        latch.Reopen(now);
        if (MayRing && _session is not null)
        {
            _givenUpAt = now + Patience;
        }

        MayRing = false;
    }

    /// <summary>Reads what is there, at most a batch.</summary>
    public void Receive(Instant now, Span<byte> buffer, IChannelReader reader)
    {
        for (var i = 0; i < MostPackets && port.TryReceive(buffer, out var length, out var from); i++)
        {
            Take(now, buffer[..length], from, reader);
        }
    }

    public void Tick(Instant now)
    {
        if (_ice is not null)
        {
            _ice.Tick(now);
            AfterIce();
        }

        if (_session is null || Failure is not null)
        {
            return;
        }

        if (!_isKeyed && _session.State == DtlsState.New && _session.Role == DtlsRole.Client && CanBegin())
        {
            _session.Start(now);
        }

        _session.Tick(now);
        AfterDtls(now);
        if (!_isKeyed && now >= _givenUpAt)
        {
            Failure = "no DTLS";
        }
    }

    public void Send(ReadOnlySpan<byte> datagram, in TransportAddress to) => port.Send(datagram, to);

    public void Close(Instant now)
    {
        if (_session is { State: DtlsState.Connected })
        {
            _session.Close(now);
            DrainDtls();
        }
    }

    public void Dispose()
    {
        _session?.Dispose();
        _own.Dispose();
    }

    internal static bool IsNowhere(in TransportAddress address) =>
        address is { High: 0, Low: 0 } || (address.IsIPv4 && address.IPv4 == 0);

    private void Take(Instant now, Span<byte> datagram, in TransportAddress from, IChannelReader reader)
    {
        switch (Demultiplexer.Classify(datagram))
        {
            case PacketClass.Stun when _ice is not null:
                TakeStun(now, datagram, from);
                break;
            case PacketClass.Dtls when _session is not null && Failure is null:
                TakeDtls(now, datagram, from);
                break;
            case PacketClass.Rtp:
                reader.OnMedia(now, this, datagram, from, isRtcp: false);
                break;
            case PacketClass.Rtcp:
                reader.OnMedia(now, this, datagram, from, isRtcp: true);
                break;
            default:
                Refused++;
                break;
        }
    }

    private void SetIce(Instant now, TransportAddress told, LegStream agreed, IceCredentials ours)
    {
        if (agreed.Ice is null)
        {
            _ice = null;
        }
        else if (_ice is null || _ice.IsFull != (agreed.IceMode == LegIceMode.Full))
        {
            _ice = new LegIceAgent(now, agreed, ours, IsForRtcp ? 2 : 1, target => target.IsIPv4 == told.IsIPv4 && latch.MaySendTo(target));
        }
        else
        {
            _ice.Set(now, agreed, ours);
        }
    }

    private void TakeStun(Instant now, ReadOnlySpan<byte> datagram, in TransportAddress from)
    {
        _ice!.Receive(now, from, datagram, _scratch, out var length);
        if (length > 0)
        {
            port.Send(_scratch.AsSpan(0, length), from);
        }

        AfterIce();
    }

    private void AfterIce()
    {
        while (_ice!.TryTakeTransmit(_scratch, out var length, out var path))
        {
            port.Send(_scratch.AsSpan(0, length), path.Remote);
        }
    }

    private void BeginSession(Instant now, LegStream agreed)
    {
        EndSession();
        var context = agreed.Setup == SetupRole.Active ? dtls.Client : dtls.Server;
        if (agreed.Setup == SetupRole.HoldConn || context is null)
        {
            return;
        }

        ImmutableArray<CertificateFingerprint> expected =
            [.. agreed.Fingerprints.Select(print => new CertificateFingerprint(print.Algorithm, [.. print.ToHash()]))];
        _session = new DtlsSession(context, context.Role, expected);
        (_isKeyed, _givenUpAt, Failure) = (false, now + (MayRing ? RingingPatience : Patience), null);
    }

    private void EndSession()
    {
        _session?.Dispose();
        (_session, _isKeyed, _givenUpAt, _dtlsPath) = (null, false, Instant.Never, default);
    }

    private bool CanBegin() => IsByIce ? _ice!.TryGetSelected(out _) : latch.Target.Port != 0;

    private void TakeDtls(Instant now, ReadOnlySpan<byte> datagram, in TransportAddress from)
    {
        if (!Knows(now, from))
        {
            Refused++;
            return;
        }

        _dtlsPath = from;
        _session!.Receive(now, datagram);
        AfterDtls(now);
    }

    private void AfterDtls(Instant now)
    {
        DrainDtls();
        if (_isKeyed)
        {
            return;
        }

        if (_session!.State == DtlsState.Failed)
        {
            Failure = $"DTLS {_session.Failure}";
        }
        else if (_session.State == DtlsState.Connected && _session.TryExportSrtpKeys(out var material) && material is not null)
        {
            _isKeyed = true;
            _own.Set(now, material);
            latch.Prove(_dtlsPath);
            _ice?.NoteDtlsCompleted(new NetworkPath(_dtlsPath));
        }
    }

    private void DrainDtls()
    {
        var to = _dtlsPath.Port != 0 ? _dtlsPath : _ice is not null && _ice.TryGetSelected(out var path) ? path.Remote : latch.Target;
        while (_session!.TryTakeDatagram(_scratch, out var length))
        {
            port.Send(_scratch.AsSpan(0, length), to);
        }
    }
}
