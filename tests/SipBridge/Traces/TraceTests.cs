using System.Buffers.Binary;
using System.Net;
using System.Text;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge.Tests.Traces;

/// <summary>What is kept of signalling, and what is not.</summary>
public sealed class TraceTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);
    private static readonly SipFlow Way = new(SipTransport.Udp, TransportAddress.From(IPAddress.Parse("192.0.2.7"), 5062));

    [Theory(DisplayName = "Passwords' answers, keys of media, digits and what people write are starred out, and all lengths stay")]
    [InlineData("Authorization: Digest username=\"alice\", response=\"6629fae49393a05397450978507c4ef1\"\r\n", "CSeq: 1 REGISTER", "", "6629fae4")]
    [InlineData("proxy-authorization : Digest username=\"alice\",\r\n response=\"6629fae49393a053\"\r\n", "CSeq: 1 INVITE", "", "6629fae4")]
    [InlineData("Content-Type: application/sdp\r\n", "CSeq: 1 INVITE", "v=0\r\nm=audio 4000 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n", "WVNfX19z")]
    [InlineData("Content-Type: application/sdp\r\n", "CSeq: 1 INVITE", "v=0\r\na=ice-pwd:asd88fgpdd777uzjYhagZg\r\n", "asd88fgp")]
    [InlineData("Content-Type: application/dtmf-relay\r\n", "CSeq: 3 INFO", "Signal=7\r\nDuration=160\r\n", "Signal=7")]
    [InlineData("c: text/plain\r\n", "CSeq: 3 MESSAGE", "the code is 1234", "1234")]
    public void Starred(string header, string sequence, string body, string secret)
    {
        var message = $"INVITE sip:a@b SIP/2.0\r\nCall-ID: c1\r\n{header}{sequence}\r\n\r\n{body}";
        var copy = Encoding.UTF8.GetString(TraceMask.Copy(Encoding.UTF8.GetBytes(message)));
        Assert.DoesNotContain(secret, copy, StringComparison.Ordinal);
        Assert.Equal(message.Length, copy.Length);
        Assert.Contains("Call-ID: c1", copy, StringComparison.Ordinal);
        Assert.Contains(sequence, copy, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Any bytes at all are starred without trouble")]
    public void AnyBytes()
    {
        var random = new Random(17);
        for (var i = 0; i < 2_000; i++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            if (i % 2 == 0)
                Encoding.ASCII.GetBytes("Authorization:\r\n").AsSpan(0, Math.Min(16, bytes.Length)).CopyTo(bytes);
            Assert.Equal(bytes.Length, TraceMask.Copy(bytes).Length);
        }
    }

    [Fact(DisplayName = "Calls are followed from their INVITE on and found by our id; other talk is not kept, and when it is switched off nothing is")]
    public void Followed()
    {
        var traces = new CallTraces();
        Say(traces, "OPTIONS", "o1");
        Say(traces, "INVITE", "c1");
        Say(traces, "BYE", "c1");
        traces.Name(Noon, "c1", "cl_1");
        traces.Name(Noon, "o1", "cl_2");
        Assert.Equal(2, traces.Of("cl_1").Count);
        Assert.Empty(traces.Of("cl_2"));
        traces.IsOn = false;
        Say(traces, "BYE", "c1");
        Assert.Equal(2, traces.Of("cl_1").Count);
    }

    [Fact(DisplayName = "A flood of calls that are nobody's pushes out no call that has a name, and three days later that is forgotten too")]
    public void Bounded()
    {
        var traces = new CallTraces();
        Say(traces, "INVITE", "c1");
        traces.Name(Noon, "c1", "cl_1");
        for (var i = 0; i < 5_000; i++)
            Say(traces, "INVITE", $"flood{i}");
        for (var i = 0; i < 500; i++)
            Say(traces, "INFO", "c1");
        Assert.Equal(200, traces.Of("cl_1").Count);
        Say(traces, "INVITE", "c2");
        traces.Name(Noon + TimeSpan.FromHours(73), "c2", "cl_2");
        Assert.Empty(traces.Of("cl_1"));
        Assert.Single(traces.Of("cl_2"));
    }

    [Theory(DisplayName = "The capture has right headers, lengths and checksums for both families")]
    [InlineData("192.0.2.7", "192.0.2.1")]
    [InlineData("2001:db8::7", "2001:db8::1")]
    public void Capture(string theirs, string ours)
    {
        var payload = "INVITE sip:a@b SIP/2.0\r\n\r\nx"u8.ToArray();
        var flow = Way with { Remote = TransportAddress.From(IPAddress.Parse(theirs), 5062) };
        var file = TraceFile.Write([new(Noon, false, flow, payload), new(Noon, true, flow, payload)], new IPEndPoint(IPAddress.Parse(ours), 5060));
        Assert.Equal(0xA1B2C3D4, BinaryPrimitives.ReadUInt32LittleEndian(file));
        var length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(32));
        var packet = file.AsSpan(40, length);
        Assert.Equal(file.Length, 24 + (2 * (16 + length)));
        var header = theirs.Contains(':', StringComparison.Ordinal) ? 40 : 20;
        Assert.Equal((5062, 5060), (BinaryPrimitives.ReadUInt16BigEndian(packet[header..]), BinaryPrimitives.ReadUInt16BigEndian(packet[(header + 2)..])));
        Assert.Equal(payload, packet[(header + 8)..].ToArray());
        Assert.Equal(0, header == 20 ? Folded(packet[..20], 0) : Folded(packet[8..], (uint)(length - 40) + 17));
    }

    [Fact(DisplayName = "The picture names each message once and escapes what strangers wrote")]
    public void Drawn()
    {
        var line = TraceLine.Of(new(Noon, true, Way, "SIP/2.0 486 <script>\r\nCSeq: 1 INVITE\r\n\r\n"u8.ToArray()));
        Assert.Equal(("486 <script>", "INVITE", "udp"), (line.Summary, line.For, line.Transport));
        var svg = TraceDrawing.Draw([line]);
        Assert.Contains("486 &lt;script&gt; (INVITE)", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", svg, StringComparison.Ordinal);
        System.Xml.Linq.XDocument.Parse(svg);
    }

    private static void Say(CallTraces traces, string method, string callId) =>
        traces.Note(Noon, Way, Encoding.ASCII.GetBytes($"{method} sip:a@b SIP/2.0\r\nCall-ID: {callId}\r\nCSeq: 1 {method}\r\n\r\n"), isOurs: false);

    /// <summary>0 when the checksum inside is right.</summary>
    private static int Folded(ReadOnlySpan<byte> bytes, uint start)
    {
        var sum = start;
        for (var i = 0; i < bytes.Length; i += 2)
            sum += (uint)(bytes[i] << 8) | (i + 1 < bytes.Length ? bytes[i + 1] : 0u);
        while (sum > 0xFFFF)
            sum = (sum & 0xFFFF) + (sum >> 16);
        return 0xFFFF - (int)sum;
    }
}
