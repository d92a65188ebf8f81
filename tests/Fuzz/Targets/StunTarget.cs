using System.Text;
using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Stun;

namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>Z-01: what a message says survives being written again, and integrity holds for our own messages only, to the bit.</summary>
internal static class StunTarget
{
    private const int Longest = 548;
    private static readonly byte[] Key = "0123456789abcdefghijkl"u8.ToArray();
    private static readonly StunTransactionId Transaction = new(0x0102_0304_0506_0708, 0x090A_0B0C);

    private static readonly List<byte[]> Seeds =
    [
        Request(nominate: false),
        Request(nominate: true),
        Answer(TransportAddress.FromIPv4(0xC000_0201, 4000)),
        Answer(TransportAddress.FromBytes([0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9], 65535)),
        Refusal(),
    ];

    /// <summary>What MESSAGE-INTEGRITY covers in each seed, itself included: all that may ever verify.</summary>
    private static readonly HashSet<string> Covered = [.. Seeds.Select(seed => Convert.ToHexString(CoveredPart(seed)))];

    public static FuzzTarget Target => new("Z-01", "STUN message", Seeds, () => Check) { MaxLength = 600 };

    private static FuzzVerdict Check(ReadOnlySpan<byte> input)
    {
        if (!StunMessage.TryParse(input, out var message, out var error))
        {
            return error == StunError.None ? FuzzVerdict.Violates("refused without an error") : FuzzVerdict.Refused;
        }

        if (message.VerifyFingerprint() && !message.HasFingerprint)
        {
            return FuzzVerdict.Violates("a fingerprint that is not there verifies");
        }

        if (message.VerifyIntegrity(Key))
        {
            return CheckIntegrity(input);
        }

        return CheckRewrite(message);
    }

    private static FuzzVerdict CheckIntegrity(ReadOnlySpan<byte> input)
    {
        var covered = CoveredPart(input);
        if (!Covered.Contains(Convert.ToHexString(covered)))
        {
            return FuzzVerdict.Violates("integrity verifies for what we did not write");
        }

        Span<byte> copy = stackalloc byte[input.Length];
        var bit = (input[^1] * 251 + input[^2]) % (covered.Length * 8);
        input.CopyTo(copy);
        copy[bit / 8] ^= (byte)(1 << bit % 8);
        return StunMessage.TryParse(copy, out var flipped, out _) && flipped.VerifyIntegrity(Key)
            ? FuzzVerdict.Violates($"integrity verifies with bit {bit} flipped")
            : FuzzVerdict.Accepted;
    }

    private static FuzzVerdict CheckRewrite(StunMessage message)
    {
        Span<byte> buffer = stackalloc byte[Longest];
        var length = Write(message, buffer);
        if (length == 0)
        {
            // A legal message of 548 bytes may lack room for the padding and the fingerprint we add.
            return FuzzVerdict.Accepted;
        }

        return StunMessage.TryParse(buffer[..length], out var again, out _) && AreSame(message, again) && again.VerifyFingerprint()
            ? FuzzVerdict.Accepted
            : FuzzVerdict.Violates("written again, it says something else");
    }

    private static int Write(StunMessage message, Span<byte> buffer)
    {
        var writer = new StunWriter(buffer, message.Class, message.TransactionId, message.Method);
        if (message.HasUsername)
        {
            writer.Add(StunAttribute.Username, message.Username);
        }

        if (message.TryGetPriority(out var priority))
        {
            writer.AddPriority(priority);
        }

        if (message.UseCandidate)
        {
            writer.AddUseCandidate();
        }

        if (message.TryGetControlling(out var controlling))
        {
            writer.AddUInt64(StunAttribute.IceControlling, controlling);
        }

        if (message.TryGetControlled(out var controlled))
        {
            writer.AddUInt64(StunAttribute.IceControlled, controlled);
        }

        if (message.TryGetXorMappedAddress(out var address))
        {
            writer.AddXorMappedAddress(address);
        }

        return writer.Finish([]);
    }

    private static bool AreSame(StunMessage a, StunMessage b)
    {
        var known = a.TryGetXorMappedAddress(out var one) == b.TryGetXorMappedAddress(out var other) && one == other;
        return known && a.Class == b.Class && a.Method == b.Method && a.TransactionId == b.TransactionId
            && a.Username.SequenceEqual(b.Username) && a.HasUsername == b.HasUsername && a.UseCandidate == b.UseCandidate
            && a.TryGetPriority(out var p) == b.TryGetPriority(out var q) && p == q
            && a.TryGetControlling(out var c) == b.TryGetControlling(out var d) && c == d
            && a.TryGetControlled(out var e) == b.TryGetControlled(out var f) && e == f;
    }

    /// <summary>Everything up to and with the first MESSAGE-INTEGRITY, the length field aside, which is not covered as it stands.</summary>
    private static byte[] CoveredPart(ReadOnlySpan<byte> message)
    {
        for (var at = 20; at + 4 <= message.Length; at += 4 + ((message[at + 2] << 8 | message[at + 3]) + 3 & ~3))
        {
            if (message[at] == 0 && message[at + 1] == (byte)StunAttribute.MessageIntegrity)
            {
                byte[] covered = message[..(at + 24)].ToArray();
                covered[2] = covered[3] = 0;
                return covered;
            }
        }

        return [];
    }

    private static byte[] Request(bool nominate)
    {
        Span<byte> buffer = stackalloc byte[Longest];
        var writer = new StunWriter(buffer, StunClass.Request, Transaction);
        writer.AddUsername("ours"u8, "theirs+/"u8);
        writer.AddPriority(1_845_501_695);
        writer.AddUInt64(StunAttribute.IceControlling, 0xDEAD_BEEF_0102_0304);
        if (nominate)
        {
            writer.AddUseCandidate();
            writer.AddUInt32(StunAttribute.Nomination, 7);
            writer.Add(StunAttribute.Software, "browser"u8);
        }

        return buffer[..writer.Finish(Key)].ToArray();
    }

    private static byte[] Answer(TransportAddress address)
    {
        Span<byte> buffer = stackalloc byte[Longest];
        var writer = new StunWriter(buffer, StunClass.Success, Transaction);
        writer.AddXorMappedAddress(address);
        return buffer[..writer.Finish(Key)].ToArray();
    }

    private static byte[] Refusal()
    {
        Span<byte> buffer = stackalloc byte[Longest];
        var writer = new StunWriter(buffer, StunClass.Error, Transaction);
        writer.AddErrorCode(420, Encoding.ASCII.GetBytes("Unknown Attribute"));
        writer.AddUnknownAttribute(0x7FFF);
        writer.AddUInt64(StunAttribute.IceControlled, 9);
        return buffer[..writer.Finish(Key)].ToArray();
    }
}
