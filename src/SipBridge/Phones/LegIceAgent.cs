using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Ice;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>
/// The ICE agent of one port of a leg (RFC 8445): lite, which answers checks, or full, which makes them too. Which of both was said
/// in the description and stays for the call.
/// </summary>
internal sealed class LegIceAgent
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Predicate<TransportAddress> _mayCheck;
    private readonly IceLiteAgent? _lite;
    private readonly IceFullAgent? _full;
    private readonly Instant _ends;
    private IceCredentials? _remote;

    /// <param name="now">10 s from here a path has to be found.</param>
    /// <param name="agreed">A stream with ICE.</param>
    /// <param name="ours">Our credentials.</param>
    /// <param name="component">1 for RTP, 2 for RTCP on a port of its own.</param>
    /// <param name="mayCheck">Whether checks may be sent to a candidate of theirs (TS-15).</param>
    public LegIceAgent(Instant now, LegStream agreed, IceCredentials ours, int component, Predicate<TransportAddress> mayCheck)
    {
        (_mayCheck, _ends, IsFull) = (mayCheck, now + Patience, agreed.IceMode == LegIceMode.Full);
        if (IsFull)
        {
            _full = new IceFullAgent(ours, SeedOf(ours), agreed.IceControls, component);
            _full.AddLocal(new IceLocalPath(0, Component: component));
        }
        else
        {
            _lite = new IceLiteAgent(ours);
        }

        SetRemote(agreed.Ice!);
    }

    public bool IsFull { get; }

    /// <summary>There has been a path. If it goes, nothing is sent until it is back (RFC 7675), and nowhere else.</summary>
    public bool HasWorked { get; private set; }

    /// <summary>No path in 10 s: the call goes on without ICE.</summary>
    public bool IsGivenUp { get; private set; }

    /// <summary>The description of a re-INVITE: a restart when credentials are new (RFC 8839 section 4.4.1.1), else nothing.</summary>
    public void Set(Instant now, LegStream agreed, IceCredentials ours)
    {
        var theirs = new IceCredentials(agreed.Ice!.Ufrag, agreed.Ice.Pwd);
        if (ours != (_full?.Local ?? _lite!.Local))
        {
            _lite?.Restart(now, ours, theirs);
            _full?.Restart(ours, agreed.IceControls);
            _remote = null;
        }

        if (_remote != theirs)
        {
            SetRemote(agreed.Ice);
        }
    }

    /// <summary>The path of media, while somebody agrees to receive there.</summary>
    public bool TryGetMediaPath(out NetworkPath path) => _full?.TryGetMediaPath(out path) ?? _lite!.TryGetMediaPath(out path);

    /// <summary>The path that was nominated, for DTLS.</summary>
    public bool TryGetSelected(out NetworkPath path) => _full?.TryGetSelected(out path) ?? _lite!.TryGetSelected(out path);

    public bool IsValidated(in NetworkPath path) => _full?.IsValidated(path) ?? _lite!.IsValidated(path);

    public void NoteDtlsCompleted(in NetworkPath path) => _lite?.NoteDtlsCompleted(path);

    /// <summary>
    /// Takes one datagram. As a full agent not from where no check may be sent to: a check of theirs makes it a candidate, and sound would follow
    /// (RFC 8445 section 7.3.1.3).
    /// </summary>
    /// <inheritdoc cref="IceLiteAgent.Receive"/>
    public void Receive(Instant now, in TransportAddress from, ReadOnlySpan<byte> datagram, Span<byte> reply, out int length)
    {
        length = 0;
        if (_full is not null && !_mayCheck(from))
        {
            return;
        }

        _full?.Receive(now, new NetworkPath(from), datagram, reply, out length);
        _lite?.Receive(now, new NetworkPath(from), datagram, reply, out length);
    }

    public void Tick(Instant now)
    {
        _full?.Tick(now);
        _lite?.Tick(now);
        HasWorked |= TryGetMediaPath(out _);
        IsGivenUp = !HasWorked && now >= _ends;
    }

    public bool TryTakeTransmit(Span<byte> destination, out int length, out NetworkPath path)
    {
        DropEvents();
        return _full?.TryTakeTransmit(destination, out length, out path) ?? _lite!.TryTakeTransmit(destination, out length, out path);
    }

    /// <summary>Nobody waits for them: the path is asked for when something is sent.</summary>
    private void DropEvents()
    {
        while (_full?.TryTakeEvent(out _) ?? _lite!.TryTakeEvent(out _))
        {
        }
    }

    private void SetRemote(LegIce theirs)
    {
        _remote = new IceCredentials(theirs.Ufrag, theirs.Pwd);
        _lite?.SetRemote(_remote);
        _full?.SetRemote(_remote);
        foreach (var text in _full is null ? [] : theirs.Candidates)
        {
            if (IceCandidate.TryParse(text, out var candidate) && candidate!.TryGetAddress(out var address) && _mayCheck(address))
            {
                _full!.AddRemote(candidate);
            }
        }
    }

    /// <summary>The same for all ports of a leg, so that they settle a conflict of roles in the same way; nobody else can tell it.</summary>
    private static ulong SeedOf(IceCredentials ours) =>
        BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.ASCII.GetBytes(ours.Password)));
}
