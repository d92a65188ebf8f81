using System.Buffers.Binary;
using CsCheck;
using Sylk.Conference.Protocols.Stun;

namespace Sylk.Conference.Protocols.Tests.Stun;

public sealed class StunMessageTests
{
    private static readonly byte[] Key = "abcdefghijklmnopqrstuvwx"u8.ToArray();

    [Fact(DisplayName = "L2 549 bytes are refused, 548 are read")]
    public void Longest_message()
    {
        Assert.True(StunMessage.TryParse(WithOneAttribute(548), out _, out _));
        Assert.False(StunMessage.TryParse(WithOneAttribute(552), out _, out var error));
        Assert.Equal(StunError.TooLong, error);
    }

    [Fact(DisplayName = "L2 32 attributes are read, 33 refused")]
    public void Attribute_count()
    {
        Assert.True(StunMessage.TryParse(WithEmptyAttributes(32), out _, out _));
        Assert.False(StunMessage.TryParse(WithEmptyAttributes(33), out _, out var error));
        Assert.Equal(StunError.TooManyAttributes, error);
    }

    [Fact]
    public void Truncations_and_lying_lengths_are_refused()
    {
        var whole = Convert.FromHexString(StunVectorTests.Request);
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.False(StunMessage.TryParse(whole.AsSpan(0, length), out _, out var error));
            Assert.NotEqual(StunError.None, error);
        }

        whole[22] = 0xFF;
        Assert.False(StunMessage.TryParse(whole, out _, out var beyond));
        Assert.Equal(StunError.AttributeBeyondEnd, beyond);
    }

    [Fact]
    public void Every_flipped_bit_before_the_integrity_breaks_it()
    {
        var whole = Convert.FromHexString(StunVectorTests.Request);
        for (var position = 0; position < 76 * 8; position++)
        {
            whole[position / 8] ^= (byte)(1 << (position % 8));
            var valid = StunMessage.TryParse(whole, out var message, out _) && message.VerifyIntegrity("VOkJxbRl1RmTxUk/WvJxBt"u8);
            Assert.False(valid);
            whole[position / 8] ^= (byte)(1 << (position % 8));
        }
    }

    [Fact]
    public void Attributes_after_the_integrity_are_ignored_and_after_the_fingerprint_refused()
    {
        var buffer = new byte[256];
        var writer = new StunWriter(buffer, StunClass.Request, new StunTransactionId(1, 2));
        var length = writer.Finish(Key, fingerprint: false);
        Assert.True(StunMessage.TryParse(Append(buffer, length, StunAttribute.UseCandidate), out var message, out _));
        Assert.False(message.UseCandidate);
        Assert.True(message.VerifyIntegrity(Key));

        var closed = new StunWriter(buffer, StunClass.Request, new StunTransactionId(1, 2));
        length = closed.Finish(Key);
        Assert.False(StunMessage.TryParse(Append(buffer, length, StunAttribute.UseCandidate), out _, out var error));
        Assert.Equal(StunError.AttributeAfterFingerprint, error);
    }

    [Fact]
    public void Error_code_unknown_attribute_and_nomination_are_read_back()
    {
        var buffer = new byte[256];
        var writer = new StunWriter(buffer, StunClass.Error, new StunTransactionId(3, 4));
        writer.AddErrorCode(487, "Role Conflict"u8);
        writer.AddUInt32(StunAttribute.Nomination, 7);
        writer.Add((StunAttribute)0x7F01, []);
        Assert.True(StunMessage.TryParse(buffer.AsSpan(0, writer.Finish(Key)), out var message, out _));
        Assert.Equal(StunClass.Error, message.Class);
        Assert.Equal(487, message.ErrorCode);
        Assert.True(message.TryGetNomination(out var nomination));
        Assert.Equal(7u, nomination);
        Assert.Equal(0x7F01, message.UnknownRequired);
    }

    [Fact]
    public void What_does_not_fit_is_not_written()
    {
        for (var size = 0; size < 52; size++)
        {
            var writer = new StunWriter(new byte[size], StunClass.Request, new StunTransactionId(1, 2));
            Assert.Equal(0, writer.Finish(Key));
        }

        var fits = new StunWriter(new byte[52], StunClass.Request, new StunTransactionId(1, 2));
        Assert.Equal(52, fits.Finish(Key));
    }

    [Fact(DisplayName = "Reading, checking and answering allocates nothing")]
    public void No_allocation()
    {
        var whole = Convert.FromHexString(StunVectorTests.Request);
        var reply = new byte[128];
        Work(whole, reply);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            Work(whole, reply);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact(DisplayName = "Z STUN: random bytes and damaged messages never throw")]
    public void Random_bytes() =>
        Gen.Byte.Array[0, 600].Sample(bytes =>
        {
            if (bytes.Length >= 20)
            {
                BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), StunFormat.Cookie);
                BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)(bytes.Length - 20));
            }

            return !StunMessage.TryParse(bytes, out var message, out _) || !message.VerifyIntegrity(Key);
        });

    private static void Work(byte[] whole, byte[] reply)
    {
        var authentic = StunMessage.TryParse(whole, out var message, out _) && message.VerifyIntegrity("VOkJxbRl1RmTxUk/WvJxBt"u8);
        var writer = new StunWriter(reply, StunClass.Success, message.TransactionId);
        writer.AddXorMappedAddress(TransportAddress.FromIPv4(0x7F000001, 9));
        Assert.True(authentic && writer.Finish(Key) > 0);
    }

    private static byte[] WithOneAttribute(int size)
    {
        var bytes = Header(size);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(20), 0x8055);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(22), (ushort)(size - 24));
        return bytes;
    }

    private static byte[] WithEmptyAttributes(int count)
    {
        var bytes = Header(20 + 4 * count);
        for (var i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(20 + 4 * i), 0x8055);
        }

        return bytes;
    }

    private static byte[] Header(int size)
    {
        var bytes = new byte[size];
        bytes[1] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)(size - 20));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), StunFormat.Cookie);
        return bytes;
    }

    private static byte[] Append(byte[] buffer, int length, StunAttribute type)
    {
        var longer = new byte[length + 4];
        buffer.AsSpan(0, length).CopyTo(longer);
        BinaryPrimitives.WriteUInt16BigEndian(longer.AsSpan(2), (ushort)(length + 4 - 20));
        BinaryPrimitives.WriteUInt16BigEndian(longer.AsSpan(length), (ushort)type);
        return longer;
    }
}
