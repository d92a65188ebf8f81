using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Protocols.Rtp;

namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>Z-05: a header written from what was read reads the same, and a packet wrapped for resending unwraps to itself.</summary>
internal sealed class RtpTarget
{
    private const int Room = 16 * 1024;
    private static readonly RtpExtensionIds Ids = new()
    {
        Mid = 4,
        Rid = 10,
        AudioLevel = 1,
        AbsSendTime = 2,
        TransportCc = 3,
        DependencyDescriptor = 12,
        PlayoutDelay = 20,
    };

    private readonly byte[] _buffer = new byte[Room];
    private readonly byte[] _second = new byte[Room];

    public static FuzzTarget Target => new("Z-05", "RTP header, extensions, RTX", Seeds(), () => new RtpTarget().Check) { MaxLength = 2000 };

    private FuzzVerdict Check(ReadOnlySpan<byte> input)
    {
        if (!RtpPacket.TryParse(input, out var packet))
        {
            return FuzzVerdict.Refused;
        }

        if (packet.HeaderLength + packet.Payload.Length + packet.PaddingLength != input.Length)
        {
            return FuzzVerdict.Violates("header, payload and padding are not the packet");
        }

        var fault = CheckScan(packet) ?? CheckHeader(packet) ?? CheckRtx(packet);
        return fault is null ? FuzzVerdict.Accepted : FuzzVerdict.Violates(fault);
    }

    private static string? CheckScan(RtpPacket packet)
    {
        var scan = packet.Scan(Ids);
        foreach (var kind in Enum.GetValues<RtpExtensionKind>())
        {
            if (!scan.TryGet(kind, packet.Bytes, out var value))
            {
                continue;
            }

            if (!packet.TryGetExtension(Ids[kind], out var found) || !found.SequenceEqual(value))
            {
                return $"scan and search disagree about {kind}";
            }

            ReadValues(value);
        }

        return null;
    }

    private static void ReadValues(ReadOnlySpan<byte> value)
    {
        AudioLevel.TryRead(value, out _);
        AbsSendTime.TryRead(value, out _);
        TransportCcSequence.TryRead(value, out _);
        VideoOrientation.TryRead(value, out _);
        AbsCaptureTime.TryRead(value, out _);
        PlayoutDelay.TryRead(value, out _);
    }

    private string? CheckHeader(RtpPacket packet)
    {
        var writer = new RtpHeaderWriter(_buffer);
        writer.WriteFixed(packet.Marker, packet.PayloadType, packet.SequenceNumber, packet.Timestamp, packet.Ssrc);
        for (var i = 0; i < packet.CsrcCount; i++)
        {
            writer.AddCsrc(packet.Csrc(i));
        }

        var elements = packet.ExtensionElements();
        while (elements.TryRead(out var element))
        {
            writer.AddExtension(element.Id, packet.Bytes.Slice(element.Offset, element.Length));
        }

        var length = writer.Complete();
        return length > 0 && RtpPacket.TryParse(_buffer.AsSpan(0, length), out var again) && AreSame(packet, again)
            ? null
            : "a header written again reads differently";
    }

    private static bool AreSame(RtpPacket a, RtpPacket b)
    {
        if (a.Marker != b.Marker || a.PayloadType != b.PayloadType || a.SequenceNumber != b.SequenceNumber
            || a.Timestamp != b.Timestamp || a.Ssrc != b.Ssrc || a.CsrcCount != b.CsrcCount
            || (a.CsrcCount > 0 && a.Csrc(a.CsrcCount - 1) != b.Csrc(b.CsrcCount - 1)))
        {
            return false;
        }

        var one = a.ExtensionElements();
        var other = b.ExtensionElements();
        while (one.TryRead(out var first))
        {
            if (!other.TryRead(out var second) || first.Id != second.Id
                || !a.Bytes.Slice(first.Offset, first.Length).SequenceEqual(b.Bytes.Slice(second.Offset, second.Length)))
            {
                return false;
            }
        }

        return !other.TryRead(out _);
    }

    private string? CheckRtx(RtpPacket packet)
    {
        var wrapped = Rtx.Wrap(packet.Bytes, 99, 97, 5, _buffer);
        if (wrapped != packet.Bytes.Length + Rtx.Overhead)
        {
            return "wrapping does not add two octets";
        }

        var length = Rtx.Unwrap(_buffer.AsSpan(0, wrapped), packet.Ssrc, packet.PayloadType, _second);
        if (length != packet.HeaderLength + packet.Payload.Length || !RtpPacket.TryParse(_second.AsSpan(0, length), out var again))
        {
            return "unwrapping what was wrapped fails";
        }

        return AreSame(packet, again) && again.Payload.SequenceEqual(packet.Payload) ? null : "unwrapping what was wrapped changes it";
    }

    private static List<byte[]> Seeds()
    {
        var seeds = new List<byte[]>();
        foreach (var (csrcs, oneByte, twoByte) in new[] { (0, false, false), (2, true, false), (0, true, true), (15, false, true) })
        {
            var buffer = new byte[600];
            var writer = new RtpHeaderWriter(buffer);
            writer.WriteFixed(true, 96, 4711, 90_000, 0x1234_5678);
            for (var i = 0; i < csrcs; i++)
            {
                writer.AddCsrc((uint)i);
            }

            if (oneByte)
            {
                writer.AddExtension(Ids.AudioLevel, [0x8F]);
                writer.AddExtension(Ids.AbsSendTime, [1, 2, 3]);
                writer.AddExtension(Ids.Mid, "a1"u8);
            }

            if (twoByte)
            {
                writer.AddExtension(Ids.PlayoutDelay, [0, 1, 2]);
                writer.AddExtension(Ids.DependencyDescriptor, new byte[60]);
            }

            var header = writer.Complete();
            buffer.AsSpan(header, 30).Fill(7);
            seeds.Add(buffer[..(header + 30)]);
        }

        // Padded, and padding only.
        seeds.Add([.. seeds[0], 0, 0, 0, 4]);
        seeds[^1][0] |= 0x20;
        seeds.Add([.. seeds[0][..12], 0, 2]);
        seeds[^1][0] |= 0x20;
        return seeds;
    }
}
