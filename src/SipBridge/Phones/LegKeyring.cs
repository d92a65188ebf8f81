using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Dtls;
using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Protocols.Srtp;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>The SRTP keys of both directions. Those they gave up are good for another second: packets are on their way.</summary>
internal sealed class LegKeyring : IDisposable
{
    private static readonly TimeSpan OldKeysLife = TimeSpan.FromSeconds(1);
    private SrtpReceiver? _inbound;
    private SrtpReceiver? _old;
    private SrtpSender? _outbound;
    private Instant _oldEnds;
    private CryptoLine? _local;
    private CryptoLine? _remote;
    private int _tagLength;
    private bool _isAead;

    public bool IsReady => _outbound is not null;

    /// <summary>Rises with each new key of ours: the rollover counter starts again with it.</summary>
    public int OutboundGeneration { get; private set; }

    /// <summary>Bytes that protection adds to RTP and RTCP at most.</summary>
    public const int Overhead = 32;

    /// <summary>Keys of a description (RFC 4568); the same ones keep their counters.</summary>
    public void Set(Instant now, CryptoLine local, CryptoLine remote)
    {
        if (!remote.HasSameKey(_remote))
        {
            SetInbound(now, remote.Suite, remote.MasterKey, remote.MasterSalt);
        }

        if (!local.HasSameKey(_local))
        {
            SetOutbound(local.Suite, local.MasterKey, local.MasterSalt);
        }

        (_local, _remote) = (local, remote);
    }

    /// <summary>Keys of a DTLS association.</summary>
    public void Set(Instant now, SrtpKeyingMaterial keys)
    {
        SetInbound(now, (SrtpProfile)keys.Profile, keys.RemoteKey, keys.RemoteSalt);
        SetOutbound((SrtpProfile)keys.Profile, keys.LocalKey, keys.LocalSalt);
        (_local, _remote) = (null, null);
    }

    /// <param name="now">When it came.</param>
    /// <param name="packet">The whole datagram, opened in place.</param>
    /// <param name="header">Its header.</param>
    /// <param name="length">Of the plain packet.</param>
    public bool TryOpen(Instant now, Span<byte> packet, RtpPacket header, out int length)
    {
        length = 0;
        if (_inbound is null)
        {
            return false;
        }

        var (headerLength, ssrc, sequence) = (header.HeaderLength, header.Ssrc, header.SequenceNumber);
        packet = StripMki(packet, _tagLength);
        if (_old is null || now >= _oldEnds)
        {
            return _inbound.Unprotect(packet, headerLength, ssrc, sequence, out length, out _) == SrtpVerdict.Accepted;
        }

        // Opening with the wrong key spoils the bytes.
        Span<byte> copy = stackalloc byte[packet.Length];
        packet.CopyTo(copy);
        if (_inbound.Unprotect(packet, headerLength, ssrc, sequence, out length, out _) == SrtpVerdict.Accepted)
        {
            return true;
        }

        copy.CopyTo(packet);
        return _old.Unprotect(packet, headerLength, ssrc, sequence, out length, out _) == SrtpVerdict.Accepted;
    }

    public bool TryOpenRtcp(Span<byte> packet, out int length)
    {
        length = 0;
        const int RtcpTag = 10;
        packet = StripMki(packet, _isAead ? 4 : RtcpTag);
        return _inbound is not null && _inbound.UnprotectRtcp(packet, out length) == SrtpVerdict.Accepted;
    }

    /// <returns>Length of the protected packet.</returns>
    public int Protect(Span<byte> buffer, int headerLength, int length, uint rolloverCounter) =>
        _outbound!.Protect(buffer, headerLength, length, rolloverCounter);

    /// <returns>0 when nothing may be sent any more.</returns>
    public int ProtectRtcp(Span<byte> buffer, int length) => _outbound!.ProtectRtcp(buffer, length);

    public void Dispose()
    {
        _inbound?.Dispose();
        _old?.Dispose();
        _outbound?.Dispose();
    }

    private void SetInbound(Instant now, SrtpProfile suite, ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt)
    {
        _old?.Dispose();
        (_old, _oldEnds) = (_inbound, now + OldKeysLife);
        _inbound = new SrtpReceiver(suite, key, salt);
        (_tagLength, _isAead) = (suite.IsAead ? 0 : suite.TagLength, suite.IsAead);
    }

    private void SetOutbound(SrtpProfile suite, ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt)
    {
        _outbound?.Dispose();
        _outbound = new SrtpSender(suite, key, salt);
        OutboundGeneration++;
    }

    /// <summary>Takes their key identifier out from before the trailer (RFC 3711 section 3.1); there is one key, so it says nothing.</summary>
    private Span<byte> StripMki(Span<byte> packet, int trailer)
    {
        var mki = _remote?.MkiLength ?? 0;
        if (mki == 0 || packet.Length < mki + trailer)
        {
            return packet;
        }

        packet[^trailer..].CopyTo(packet[^(trailer + mki)..]);
        return packet[..^mki];
    }
}
