using System.Buffers.Binary;
using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Dtls;

namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>
/// Z-03: an input is datagrams behind their lengths, for a server that waits for a hello. Nothing unauthentic ends it before it
/// has answered or makes it more than answer; what is kept of fragments stays within L4; and however a genuine hello is cut
/// and ordered, it is answered.
/// </summary>
internal sealed class DtlsIntakeTarget
{
    private const int RecordHeader = 13, MessageHeader = 12;
    private const int MostFragments = 32, MostFragmentBytes = 64 * 1024, LongestMessage = 6 * 1024;
    private const int MostAnswered = 16 * 1024;
    private const int GenuineEvery = 256;
    private static readonly Instant Now = Instant.FromMilliseconds(1_000);
    private static readonly DtlsIdentity Identity = DtlsIdentity.Create(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private static readonly DtlsContext Server = new(Identity, DtlsRole.Server) { FollowsWallClock = false };
    private static readonly byte[] Hello = NewHello();
    private static readonly byte[] Body = Hello[(RecordHeader + MessageHeader)..];
    private readonly byte[] _kept = new byte[4096];
    private readonly byte[] _out = new byte[2048];
    private int _fed;

    public static FuzzTarget Target => new("Z-03", "DTLS record and fragment intake", Seeds(), () => new DtlsIntakeTarget().Check)
    {
        MaxLength = 3_000,
    };

    private FuzzVerdict Check(ReadOnlySpan<byte> input)
    {
        if (++_fed % GenuineEvery == 0 && !AnswersHello(input))
        {
            return FuzzVerdict.Violates("a hello in pieces is not answered");
        }

        var records = default(DtlsRecords);
        using var session = new DtlsSession(Server, DtlsRole.Server, [Identity.Fingerprint]);
        var (kept, fragments, bytes, answered) = (0, 0, 0, 0);
        while (TryTakePiece(ref input, out var datagram))
        {
            var length = records.Filter(datagram, _kept, connected: false);
            kept += length;
            Measure(_kept.AsSpan(0, length), ref fragments, ref bytes);
            session.Receive(Now, datagram);
            answered += Drain(session);
            if (Judge(session, answered) is { } fault)
            {
                return FuzzVerdict.Violates(fault);
            }
        }

        return fragments > MostFragments || bytes > MostFragmentBytes ? FuzzVerdict.Violates($"{fragments} fragments of {bytes} bytes are kept")
            : kept > 0 ? FuzzVerdict.Accepted
            : FuzzVerdict.Refused;
    }

    private string? Judge(DtlsSession session, int answered) =>
        session.State is DtlsState.Connected or DtlsState.Closed ? $"{session.State} without a peer"
        : session.State == DtlsState.Failed && answered == 0 ? $"a bad hello ended the session: {session.Failure}"
        : answered > MostAnswered ? $"answers {answered} bytes"
        : session.TryRead(_out, out _) ? "gives data that nobody sent"
        : null;

    private int Drain(DtlsSession session)
    {
        var sent = 0;
        while (session.TryTakeDatagram(_out, out var length))
        {
            sent += length;
        }

        return sent;
    }

    /// <summary>Counts what OpenSSL has to keep: fragments of messages that are not whole.</summary>
    private static void Measure(ReadOnlySpan<byte> records, ref int fragments, ref int bytes)
    {
        while (records.Length >= RecordHeader)
        {
            var body = records.Slice(RecordHeader, BinaryPrimitives.ReadUInt16BigEndian(records[11..]));
            var isPlainHandshake = records[0] == 22 && records[3] == 0 && records[4] == 0;
            records = records[(RecordHeader + body.Length)..];
            while (isPlainHandshake && body.Length >= MessageHeader)
            {
                var (total, length) = (UInt24(body[1..]), UInt24(body[9..]));
                fragments += length == total && total <= LongestMessage ? 0 : 1;
                bytes += total > LongestMessage ? total : length == total ? 0 : length;
                body = body[Math.Min(body.Length, MessageHeader + length)..];
            }
        }
    }

    /// <summary>Cuts the hello as the input says, sends the pieces in its order, some twice, some overlapping, some empty.</summary>
    private bool AnswersHello(ReadOnlySpan<byte> input)
    {
        using var session = new DtlsSession(Server, DtlsRole.Server, [Identity.Fingerprint]);
        var random = new FuzzRandom((ulong)_fed * 31 + (ulong)input.Length);
        var size = 1 + Body.Length / (1 + random.Below(8));
        var starts = new List<int>();
        for (var at = 0; at < Body.Length; at += size)
        {
            starts.Insert(random.Below(starts.Count + 1), at);
        }

        var record = 0;
        foreach (var start in starts)
        {
            var from = Math.Max(0, start - random.Below(3) * 5);
            session.Receive(Now, Fragment(from, Math.Min(size + start - from, Body.Length - from), record++));
            session.Receive(Now, Fragment(from, random.OneIn(2) ? 0 : Math.Min(7, Body.Length - from), record++));
        }

        return Drain(session) > 0 && session.State == DtlsState.Handshaking;
    }

    private static bool TryTakePiece(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> datagram)
    {
        datagram = default;
        if (input.Length < 2)
        {
            return false;
        }

        var length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(input), input.Length - 2);
        datagram = input.Slice(2, length);
        input = input[(2 + length)..];
        return true;
    }

    private static IReadOnlyList<byte[]> Seeds()
    {
        var (half, rest) = (Body.Length / 2, Body.Length - Body.Length / 2);
        byte[] alert = [21, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40];
        byte[] cipherSpec = [20, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 10, 0, 1, 1];
        byte[] encrypted = [23, 0xFE, 0xFD, 0, 1, 0, 0, 0, 0, 0, 1, 0, 40, .. new byte[40]];
        return
        [
            Script(Hello),
            Script(Fragment(half, rest, 0), Fragment(0, half, 1)),
            Script(Fragment(0, half + 9, 0), Fragment(half - 9, rest + 9, 1)),
            Script([.. Fragment(0, half, 0), .. Fragment(half, rest, 1)]),
            Script([.. Enumerable.Range(0, 6).Select(i => Fragment(i * 3, 20, i))]),
            Script(Fragment(0, 0, 0), alert, cipherSpec, encrypted, Fragment(0, 40, 1)),
            Script(Hello, encrypted, cipherSpec, Hello),
        ];
    }

    private static byte[] Script(params byte[][] datagrams) =>
        [.. datagrams.SelectMany(datagram => (byte[])[(byte)(datagram.Length >> 8), (byte)datagram.Length, .. datagram])];

    private static byte[] Fragment(int offset, int length, int record)
    {
        var bytes = new byte[RecordHeader + MessageHeader + length];
        Hello.AsSpan(0, RecordHeader + MessageHeader).CopyTo(bytes);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(7), (uint)record);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(11), (ushort)(MessageHeader + length));
        WriteUInt24(bytes.AsSpan(RecordHeader + 6), offset);
        WriteUInt24(bytes.AsSpan(RecordHeader + 9), length);
        Body.AsSpan(offset, length).CopyTo(bytes.AsSpan(RecordHeader + MessageHeader));
        return bytes;
    }

    private static byte[] NewHello()
    {
        using var context = new DtlsContext(Identity, DtlsRole.Client);
        using var client = new DtlsSession(context, DtlsRole.Client, [Identity.Fingerprint]);
        client.Start(Now);
        var buffer = new byte[2048];
        return client.TryTakeDatagram(buffer, out var length) ? buffer[..length] : [];
    }

    private static int UInt24(ReadOnlySpan<byte> source) => (source[0] << 16) | (source[1] << 8) | source[2];

    private static void WriteUInt24(Span<byte> target, int value) =>
        (target[0], target[1], target[2]) = ((byte)(value >> 16), (byte)(value >> 8), (byte)value);
}
