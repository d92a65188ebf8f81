using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sylk.Conference.Protocols.Sctp;

/// <summary>What INIT and INIT ACK say (RFC 9260 sections 3.3.2 and 3.3.3).</summary>
internal readonly record struct InitFacts(uint Tag, uint Window, ushort OutStreams, ushort InStreams, uint InitialTsn)
{
    private const int FixedSize = 16;

    public bool ForwardTsn { get; init; }

    public bool ReConfig { get; init; }

    public static bool TryRead(ReadOnlySpan<byte> chunk, out InitFacts facts, out ReadOnlySpan<byte> cookie)
    {
        facts = default;
        cookie = default;
        if (chunk.Length < 4 + FixedSize)
        {
            return false;
        }

        var body = chunk[4..];
        facts = new InitFacts(
            BinaryPrimitives.ReadUInt32BigEndian(body), BinaryPrimitives.ReadUInt32BigEndian(body[4..]),
            BinaryPrimitives.ReadUInt16BigEndian(body[8..]), BinaryPrimitives.ReadUInt16BigEndian(body[10..]),
            BinaryPrimitives.ReadUInt32BigEndian(body[12..]));
        var walk = new ChunkWalk(body[FixedSize..]);
        while (walk.TryNext(out var parameter))
        {
            facts = facts.With(parameter, ref cookie);
        }

        return !walk.Malformed && facts.Tag != 0 && facts is { OutStreams: > 0, InStreams: > 0 };
    }

    public void Write(ref ChunkWriter writer)
    {
        writer.Add32(Tag);
        writer.Add32(Window);
        writer.Add16(OutStreams);
        writer.Add16(InStreams);
        writer.Add32(InitialTsn);
        var parameter = writer.BeginParameter(ParameterType.ForwardTsnSupported);
        writer.End(parameter);
        parameter = writer.BeginParameter(ParameterType.SupportedExtensions);
        writer.Add([ChunkType.ForwardTsn, ChunkType.ReConfig]);
        writer.End(parameter);
    }

    private InitFacts With(ReadOnlySpan<byte> parameter, ref ReadOnlySpan<byte> cookie)
    {
        switch (BinaryPrimitives.ReadUInt16BigEndian(parameter))
        {
            case ParameterType.StateCookie:
                cookie = parameter[4..];
                return this;
            case ParameterType.ForwardTsnSupported:
                return this with { ForwardTsn = true };
            case ParameterType.SupportedExtensions:
                var types = parameter[4..];
                return this with { ForwardTsn = ForwardTsn || types.Contains(ChunkType.ForwardTsn), ReConfig = types.Contains(ChunkType.ReConfig) };
            default:
                return this;
        }
    }
}

/// <summary>
/// The state cookie (RFC 9260 section 5.1.3): what the other end's INIT said, signed, so that answering one costs no memory.
/// </summary>
internal static class StateCookie
{
    public const int Size = 32 + Signature;
    private const int Signature = 16;

    public static void Write(Span<byte> destination, in InitFacts facts, uint localTag, Instant now, byte[] key)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, facts.Tag);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], facts.Window);
        BinaryPrimitives.WriteUInt16BigEndian(destination[8..], facts.OutStreams);
        BinaryPrimitives.WriteUInt16BigEndian(destination[10..], facts.InStreams);
        BinaryPrimitives.WriteUInt32BigEndian(destination[12..], facts.InitialTsn);
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], localTag);
        BinaryPrimitives.WriteInt64BigEndian(destination[20..], now.Nanoseconds);
        BinaryPrimitives.WriteInt32BigEndian(destination[28..], (facts.ForwardTsn ? 1 : 0) | (facts.ReConfig ? 2 : 0));
        Sign(destination[..32], key, destination[32..Size]);
    }

    public static bool TryRead(ReadOnlySpan<byte> cookie, uint localTag, byte[] key, out InitFacts facts, out Instant madeAt)
    {
        facts = default;
        madeAt = default;
        Span<byte> signature = stackalloc byte[Signature];
        if (cookie.Length != Size)
        {
            return false;
        }

        Sign(cookie[..32], key, signature);
        if (!CryptographicOperations.FixedTimeEquals(signature, cookie[32..])
            || BinaryPrimitives.ReadUInt32BigEndian(cookie[16..]) != localTag)
        {
            return false;
        }

        var flags = BinaryPrimitives.ReadInt32BigEndian(cookie[28..]);
        madeAt = new Instant(BinaryPrimitives.ReadInt64BigEndian(cookie[20..]));
        facts = new InitFacts(
            BinaryPrimitives.ReadUInt32BigEndian(cookie), BinaryPrimitives.ReadUInt32BigEndian(cookie[4..]),
            BinaryPrimitives.ReadUInt16BigEndian(cookie[8..]), BinaryPrimitives.ReadUInt16BigEndian(cookie[10..]),
            BinaryPrimitives.ReadUInt32BigEndian(cookie[12..]))
        {
            ForwardTsn = (flags & 1) != 0,
            ReConfig = (flags & 2) != 0,
        };
        return true;
    }

    private static void Sign(ReadOnlySpan<byte> bytes, byte[] key, Span<byte> signature)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, bytes, whole);
        whole[..Signature].CopyTo(signature);
    }
}
