using System.Text;
using Sylk.Conference.Protocols.Stun;

namespace Sylk.Conference.Protocols.Tests.Stun;

/// <summary>RFC 5769 sections 2.1 to 2.4, typed in from the document.</summary>
public sealed class StunVectorTests
{
    internal const string Request =
        "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36"
        + "000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf";

    private const string ResponseV4 =
        "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643000800142b91f599fd9e90c38c"
        + "7489f92af9ba53f06be7d780280004c07d4c96";

    private const string ResponseV6 =
        "010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d900"
        + "080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c";

    private const string LongTerm =
        "000100602112a44278ad3433c6ad72c029da412e00060012e3839ee38388e383aae38383e382afe382b900000015001c662f2f3439396b39353464364f"
        + "4c33346f4c394653547679363473410014000b6578616d706c652e6f72670000080014f67024656dd64a3e02b8e0712e85c9a28ca89666";

    private static readonly byte[] Key = Encoding.ASCII.GetBytes("VOkJxbRl1RmTxUk/WvJxBt");

    [Fact(DisplayName = "V-01 RFC 5769 2.1: the request's values, integrity and fingerprint are read")]
    public void Request_is_read()
    {
        Assert.True(StunMessage.TryParse(Convert.FromHexString(Request), out var message, out _));
        Assert.Equal(StunClass.Request, message.Class);
        Assert.Equal(StunMethod.Binding, message.Method);
        Assert.Equal(new StunTransactionId(0xb7e7a701bc34d686, 0xfa87dfae), message.TransactionId);
        Assert.Equal("evtj:h6vY", Encoding.ASCII.GetString(message.Username));
        Assert.Equal("STUN test client", Encoding.ASCII.GetString(message.Software));
        Assert.True(message.TryGetPriority(out var priority));
        Assert.Equal(0x6e0001ffu, priority);
        Assert.True(message.TryGetControlled(out var tieBreaker));
        Assert.Equal(0x932ff9b151263b36u, tieBreaker);
        Assert.False(message.TryGetControlling(out _));
        Assert.False(message.UseCandidate);
        Assert.True(message.VerifyIntegrity(Key));
        Assert.True(message.VerifyFingerprint());
    }

    [Fact(DisplayName = "V-01 RFC 5769 2.1: the writer makes the same bytes")]
    public void Request_is_written()
    {
        var buffer = new byte[StunFormat.MaxMessage];
        var writer = new StunWriter(buffer, StunClass.Request, new StunTransactionId(0xb7e7a701bc34d686, 0xfa87dfae));
        writer.Add(StunAttribute.Software, "STUN test client"u8);
        writer.AddPriority(0x6e0001ff);
        writer.AddUInt64(StunAttribute.IceControlled, 0x932ff9b151263b36);
        writer.Add(StunAttribute.Username, "evtj:h6vY"u8, padding: 0x20);
        Assert.Equal(Request, Convert.ToHexStringLower(buffer.AsSpan(0, writer.Finish(Key))));
    }

    [Theory(DisplayName = "V-01 RFC 5769 2.2 and 2.3: responses are read and written alike")]
    [InlineData(ResponseV4, "192.0.2.1:32853")]
    [InlineData(ResponseV6, "[2001:db8:1234:5678:11:2233:4455:6677]:32853")]
    public void Response_round_trip(string hex, string mapped)
    {
        Assert.True(StunMessage.TryParse(Convert.FromHexString(hex), out var message, out _));
        Assert.Equal(StunClass.Success, message.Class);
        Assert.True(message.TryGetXorMappedAddress(out var address));
        Assert.Equal(mapped, address.ToString());
        Assert.True(message.VerifyIntegrity(Key));
        Assert.True(message.VerifyFingerprint());

        var buffer = new byte[StunFormat.MaxMessage];
        var writer = new StunWriter(buffer, StunClass.Success, message.TransactionId);
        writer.Add(StunAttribute.Software, "test vector"u8, padding: 0x20);
        writer.AddXorMappedAddress(address);
        Assert.Equal(hex, Convert.ToHexStringLower(buffer.AsSpan(0, writer.Finish(Key))));
    }

    [Fact(DisplayName = "V-01 RFC 5769 2.4: long-term credentials are read, checked and written alike")]
    public void Long_term_request()
    {
        const string Username = "\u30DE\u30C8\u30EA\u30C3\u30AF\u30B9";
#pragma warning disable CA5351 // RFC 5389 long-term keys are MD5
        var key = System.Security.Cryptography.MD5.HashData(Encoding.UTF8.GetBytes(Username + ":example.org:TheMatrIX"));
#pragma warning restore CA5351
        Assert.True(StunMessage.TryParse(Convert.FromHexString(LongTerm), out var message, out _));
        Assert.Equal(Username, Encoding.UTF8.GetString(message.Username));
        Assert.Equal("f//499k954d6OL34oL9FSTvy64sA", Encoding.ASCII.GetString(message.Nonce));
        Assert.Equal("example.org", Encoding.ASCII.GetString(message.Realm));
        Assert.True(message.VerifyIntegrity(key));
        Assert.False(message.HasFingerprint);

        var buffer = new byte[StunFormat.MaxMessage];
        var writer = new StunWriter(buffer, StunClass.Request, message.TransactionId);
        writer.Add(StunAttribute.Username, message.Username);
        writer.Add(StunAttribute.Nonce, message.Nonce);
        writer.Add(StunAttribute.Realm, message.Realm);
        Assert.Equal(LongTerm, Convert.ToHexStringLower(buffer.AsSpan(0, writer.Finish(key, fingerprint: false))));
    }

    [Fact(DisplayName = "V-06 RFC 2202 HMAC-SHA-1 cases 1, 2, 3 and 6")]
    public void Hmac_sha1_vectors()
    {
        AssertHmac(Enumerable.Repeat((byte)0x0b, 20), "Hi There"u8, "b617318655057264e28bc0b6fb378c8ef146be00");
        AssertHmac("Jefe"u8.ToArray(), "what do ya want for nothing?"u8, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
        AssertHmac(Enumerable.Repeat((byte)0xaa, 20), Enumerable.Repeat((byte)0xdd, 50).ToArray(), "125d7342b9ac11cd91a39af48aa17b4f63f175d3");
        AssertHmac(
            Enumerable.Repeat((byte)0xaa, 80),
            "Test Using Larger Than Block-Size Key - Hash Key First"u8,
            "aa4ae5e15272d00e95705637ce8a3b55ed402112");
    }

    private static void AssertHmac(IEnumerable<byte> key, ReadOnlySpan<byte> data, string expected)
    {
        Span<byte> hmac = stackalloc byte[20];
        byte[] inner = [.. new byte[64], .. data];
        StunIntegrity.Hmac(key.ToArray(), inner, hmac);
        Assert.Equal(expected, Convert.ToHexStringLower(hmac));
    }
}
