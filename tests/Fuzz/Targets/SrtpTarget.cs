using System.Buffers.Binary;
using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Protocols.Srtp;

namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>
/// Z-04: receivers that heard the beginning of a stream are fed damaged packets. They accept none that the sender did not
/// make, refusals change nothing, and the next genuine packet is always taken with the right rollover counter.
/// </summary>
internal sealed class SrtpTarget
{
    private const uint Ssrc = 0x5159_4C4B;
    private const int HeaderLength = 12;
    private const int GenuineEvery = 64;
    private static readonly SrtpProfile[] Profiles =
        [SrtpProfile.AeadAes128Gcm, SrtpProfile.AeadAes256Gcm, SrtpProfile.Aes128CmSha1_80];

    private readonly SrtpReceiver[] _receivers = [.. Profiles.Select(NewReceiver)];
    private readonly SrtpSender[] _senders = [.. Profiles.Select(NewSender)];
    private readonly long[] _next = [.. Profiles.Select(_ => 65_000L)];
    private readonly byte[] _scratch = new byte[2048];
    private int _fed;

    private SrtpTarget()
    {
        foreach (var seed in Seeds)
        {
            Feed(seed);
        }

        for (var i = 0; i < Profiles.Length; i++)
        {
            SendGenuine(i);
        }
    }

    /// <summary>Most inputs must be refused, or the ciphers are broken; the genuine packets between them are the accepted part.</summary>
    public static FuzzTarget Target => new("Z-04", "SRTP and SRTCP unprotect", Seeds, () => new SrtpTarget().Check)
    {
        MaxLength = 1600,
        LeastAccepted = 0.01,
    };

    private static IReadOnlyList<byte[]> Seeds { get; } =
        [.. Profiles.SelectMany(profile => new[] { Rtp(profile, 60_000), Rtp(profile, 60_001), Rtcp(profile) })];

    private FuzzVerdict Check(ReadOnlySpan<byte> input)
    {
        if (++_fed % GenuineEvery == 0)
        {
            for (var i = 0; i < Profiles.Length; i++)
            {
                if (!SendGenuine(i))
                {
                    return FuzzVerdict.Violates($"{Profiles[i]} no longer takes the genuine stream");
                }
            }

            return FuzzVerdict.Accepted;
        }

        return Feed(input) ? FuzzVerdict.Violates("a packet was accepted that nobody sent, or sent twice")
            : Array.TrueForAll(_receivers, receiver => receiver.ContextCount == 1) ? FuzzVerdict.Refused
            : FuzzVerdict.Violates("a refused packet left a source behind");
    }

    private bool Feed(ReadOnlySpan<byte> input)
    {
        var accepted = false;
        foreach (var receiver in _receivers)
        {
            input.CopyTo(_scratch);
            var packet = _scratch.AsSpan(0, input.Length);
            if (RtpPacket.TryParseHeader(packet, out var header))
            {
                accepted |= receiver.Unprotect(packet, header.HeaderLength, header.Ssrc, header.SequenceNumber, out _, out _)
                    == SrtpVerdict.Accepted;
            }

            input.CopyTo(_scratch);
            accepted |= receiver.UnprotectRtcp(packet, out _) == SrtpVerdict.Accepted;
        }

        return accepted;
    }

    /// <summary>The next packet of the stream, which passes 2^16 again and again.</summary>
    private bool SendGenuine(int which)
    {
        var index = _next[which];
        _next[which] += 97;
        Plain(_scratch, (ushort)index).CopyTo(_scratch.AsSpan());
        var length = _senders[which].Protect(_scratch, HeaderLength, HeaderLength + 40, (uint)(index >> 16));
        return _receivers[which].Unprotect(_scratch.AsSpan(0, length), HeaderLength, Ssrc, (ushort)index, out var plain, out var extended)
            == SrtpVerdict.Accepted && plain == HeaderLength + 40 && extended == index;
    }

    private static byte[] Rtp(SrtpProfile profile, ushort sequence)
    {
        using var sender = NewSender(profile);
        var buffer = new byte[200];
        Plain(buffer, sequence);
        return buffer[..sender.Protect(buffer, HeaderLength, HeaderLength + 40, 0)];
    }

    private static byte[] Rtcp(SrtpProfile profile)
    {
        using var sender = NewSender(profile);
        var buffer = new byte[200];
        byte[] report = [0x80, 201, 0, 1, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(report.AsSpan(4), Ssrc);
        report.CopyTo(buffer, 0);
        return buffer[..sender.ProtectRtcp(buffer, report.Length)];
    }

    private static Span<byte> Plain(Span<byte> buffer, ushort sequence)
    {
        var header = new RtpHeaderWriter(buffer);
        header.WriteFixed(false, 111, sequence, 960, Ssrc);
        header.Complete();
        buffer.Slice(HeaderLength, 40).Fill(0x5A);
        return buffer[..(HeaderLength + 40)];
    }

    private static SrtpSender NewSender(SrtpProfile profile) => new(profile, Key(profile), Salt(profile));

    private static SrtpReceiver NewReceiver(SrtpProfile profile) => new(profile, Key(profile), Salt(profile));

    private static byte[] Key(SrtpProfile profile) => [.. Enumerable.Range(1, profile.KeyLength).Select(i => (byte)i)];

    private static byte[] Salt(SrtpProfile profile) => [.. Enumerable.Range(101, profile.SaltLength).Select(i => (byte)i)];
}
