using System.Buffers.Binary;
using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Dcep;
using Sylk.Conference.Protocols.Sctp;

namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>
/// Z-12: an input is the chunks of packets behind their lengths, sealed with the right checksum and tag, for an association
/// that waits, or is open with data on its way. It keeps at most 256 KiB, answers a packet with a few, never asks to be woken
/// for nothing, and what it hands on is within L9.
/// </summary>
internal sealed class SctpTarget
{
    private const int MostHeld = 256 * 1024;
    private const int MostAnswers = 64;
    private static readonly SctpSecrets Secrets = new(0x0102_0304, 1_000, new byte[32]);
    private readonly byte[] _packet = new byte[1500];
    private readonly byte[] _out = new byte[1136];

    public static FuzzTarget Target => new("Z-12", "SCTP and DCEP", Seeds(), () => new SctpTarget().Check)
    {
        MaxLength = 3_000,
        FreeAllocation = 512 * 1024,
        LeastAccepted = 0.02,
    };

    private FuzzVerdict Check(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return FuzzVerdict.Refused;
        }

        var isOpen = (input[0] & 1) == 0;
        var now = Instant.FromMilliseconds(1_000);
        var association = new SctpAssociation(new SctpSettings(), Secrets);
        if (isOpen)
        {
            OpenIt(association, now);
        }

        input = input[1..];
        var taken = 0;
        while (input.Length >= 2)
        {
            var length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(input) & 0x3FF, input.Length - 2) & ~3;
            var chunks = input.Slice(2, length);
            input = input[(2 + length)..];
            var dropped = association.Dropped;
            Feed(association, now, chunks);
            taken += association.Dropped == dropped ? 1 : 0;
            now = now.PlusMilliseconds(7);
            if (Judge(association, ref now) is { } fault)
            {
                return FuzzVerdict.Violates(fault);
            }
        }

        return taken > 0 ? FuzzVerdict.Accepted : FuzzVerdict.Refused;
    }

    private string? Judge(SctpAssociation association, ref Instant now)
    {
        if (association.Held > MostHeld)
        {
            return $"keeps {association.Held} bytes";
        }

        if (!Drains(association, now))
        {
            return "answers without end";
        }

        while (association.TryReceive(now, out var message))
        {
            if (message.Payload.Length is 0 or > 64 * 1024)
            {
                return $"hands on {message.Payload.Length} bytes";
            }

            if (DcepOpen.TryRead(message.Payload, out var open) && (open.Label.Length > DcepOpen.MaxText || open.Write().Length != message.Payload.Length && IsText(open)))
            {
                return "an OPEN written again has another length";
            }
        }

        association.Tick(now);
        return !Drains(association, now) ? "sends without end"
            : association.NextDeadline <= now ? "wants to be woken at once again"
            : null;
    }

    /// <summary>Bytes that are no UTF-8 become replacement characters of another length.</summary>
    private static bool IsText(DcepOpen open) => !open.Label.Contains('\uFFFD') && !open.Protocol.Contains('\uFFFD');

    private bool Drains(SctpAssociation association, Instant now)
    {
        for (var i = 0; i < MostAnswers; i++)
        {
            if (!association.TryTakePacket(now, _out, out _))
            {
                return true;
            }
        }

        return false;
    }

    private void Feed(SctpAssociation association, Instant now, ReadOnlySpan<byte> chunks)
    {
        if (chunks.Length < 4)
        {
            return;
        }

        chunks.CopyTo(_packet.AsSpan(SctpPacket.HeaderSize));
        var packet = _packet.AsSpan(0, SctpPacket.HeaderSize + chunks.Length);
        SctpPacket.Seal(packet, 5000, 5000, chunks[0] == ChunkType.Init ? 0 : Secrets.Tag);
        association.Receive(now, packet);
    }

    private void OpenIt(SctpAssociation association, Instant now)
    {
        Feed(association, now, Init);
        association.TryTakePacket(now, _out, out var length);
        var cookie = _out.AsSpan(length - StateCookie.Size, StateCookie.Size);
        Feed(association, now, [ChunkType.CookieEcho, 0, 0, (byte)(4 + StateCookie.Size), .. cookie]);
        association.Send(now, 1, PayloadProtocol.Binary, new byte[3_000], SctpReliability.Reliable);
        association.Send(now, 1, PayloadProtocol.Binary, new byte[2_000], SctpReliability.Lossy);
        Drains(association, now);
    }

    private static byte[] Init =>
        [1, 0, 0, 32, 9, 9, 9, 9, 0, 1, 0, 0, 0, 16, 0, 16, 0, 0, 0, 100, 0xC0, 0, 0, 4, 0x80, 8, 0, 6, 192, 130, 0, 0];

    private static IReadOnlyList<byte[]> Seeds()
    {
        var open = new DcepOpen("sylk", "", SctpReliability.Lossy).Write();
        byte[] sack = [3, 0, 0, 20, 0, 0, 3, 232, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 2];
        byte[] reset = [130, 0, 0, 22, 0, 13, 0, 18, 0, 0, 0, 100, 0, 0, 3, 231, 0, 0, 0, 99, 0, 1, 0, 0];
        byte[] response = [130, 0, 0, 16, 0, 16, 0, 12, 0, 0, 3, 232, 0, 0, 0, 1];
        byte[] forward = [192, 0, 0, 12, 0, 0, 0, 103, 0, 1, 0, 2];
        byte[] heartbeat = [4, 0, 0, 16, 0, 1, 0, 12, 1, 2, 3, 4, 5, 6, 7, 8];
        byte[] shutdown = [7, 0, 0, 8, 0, 0, 3, 232], ack = [8, 0, 0, 4], abort = [6, 0, 0, 4], error = [9, 0, 0, 4], done = [14, 0, 0, 4];
        return
        [
            Script(1, Init, Init),
            Script(0, Data(100, 3, 50, open), sack),
            Script(0, Data(100, 2, 53, new byte[40]), Data(101, 0, 53, new byte[40]), Data(102, 1, 53, new byte[40])),
            Script(0, Data(102, 1, 53, [1]), Data(101, 7, 53, [2]), Data(104, 2, 51, [3]), forward, Data(100, 3, 53, [4])),
            Script(0, [.. Data(100, 7, 53, [1, 2, 3, 4]), .. Data(101, 3, 53, [1, 2, 3, 4]), .. sack, .. heartbeat]),
            Script(0, reset, reset, response, heartbeat),
            Script(0, sack, sack, sack, sack, shutdown, ack, done),
            Script(0, error, abort),
        ];
    }

    private static byte[] Data(uint tsn, byte flags, uint protocol, byte[] payload)
    {
        var chunk = new byte[(OutboundChunk.HeaderSize + payload.Length + 3) & ~3];
        chunk[1] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(chunk.AsSpan(2), (ushort)(OutboundChunk.HeaderSize + payload.Length));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(4), tsn);
        BinaryPrimitives.WriteUInt16BigEndian(chunk.AsSpan(8), 1);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(12), protocol);
        payload.CopyTo(chunk, OutboundChunk.HeaderSize);
        return chunk;
    }

    private static byte[] Script(byte mode, params byte[][] packets) =>
        [mode, .. packets.SelectMany(packet => (byte[])[(byte)(packet.Length >> 8), (byte)packet.Length, .. packet])];
}
