using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Protocols.Tests.Msrp;

public class MsrpMediaTests
{
    [Fact(DisplayName = "RFC 4975 section 8, RFC 7701 section 8: what a room client says of itself")]
    public void Chat()
    {
        Assert.True(MsrpMedia.TryRead(
            "m=message 7654 TCP/MSRP *\r\nc=IN IP4 192.0.2.7\r\na=accept-types:message/cpim text/*\r\na=accept-wrapped-types:text/plain text/html *\r\n"
            + "a=path:msrp://atlanta.example.com:7654/jshA7weztas;tcp\r\na=max-size:8000\r\na=setup:actpass\r\na=msrp-cema\r\na=chatroom:nickname private-messages\r\na=sendonly\r\n",
            out var media));
        Assert.Equal((7654, "192.0.2.7", false, 8000L), (media.Port, media.Address, media.IsSecure, media.MaxSize));
        Assert.Equal((SetupRole.ActPass, true, true, true), (media.Setup, media.HasCema, media.HasNicknames, media.HasPrivateMessages));
        Assert.Equal(MediaDirection.SendOnly, media.Direction);
        Assert.Equal("jshA7weztas", Assert.Single(media.Path).Session);
        Assert.True(MsrpMedia.Accepts(media.AcceptTypes, "text/html") && MsrpMedia.Accepts(media.AcceptTypes, "message/CPIM"));
        Assert.False(MsrpMedia.Accepts(media.AcceptTypes, "image/png"));
        Assert.Null(media.File);
    }

    [Fact(DisplayName = "RFC 5547 section 9: the offer of a file")]
    public void File()
    {
        Assert.True(MsrpMedia.TryRead(
            "m=message 7654 TCP/TLS/MSRP *\r\ni=This is my latest picture\r\na=sendonly\r\na=accept-types:message/cpim\r\na=accept-wrapped-types:*\r\n"
            + "a=path:msrps://atlanta.example.com:7654/jshA7we;tcp\r\n"
            + "a=file-selector:name:\"My cool picture.jpg\" type:image/jpeg size:32349 hash:sha-1:72:24:5F:E8:65:3D:DA:F3:71:36:2F:86:D4:71:91:3E:E4:A2:CE:2E\r\n"
            + "a=file-transfer-id:vBnG916bdberum2fFEABR1FR3ExZMUrd\r\na=file-disposition:attachment\r\na=file-range:1-32349\r\n",
            out var media));
        Assert.True(media.IsSecure);
        Assert.Equal(("My cool picture.jpg", "image/jpeg", 32349L), (media.File!.Name, media.File.Type, media.File.Size));
        Assert.Equal(0x72, media.File.Sha1![0]);
        Assert.Equal("vBnG916bdberum2fFEABR1FR3ExZMUrd", media.FileTransferId);
        Assert.Equal((1L, 32349L), (media.FileRange!.Value.Start, media.FileRange.Value.End));
        Assert.Equal(
            "name:\"My cool picture.jpg\" type:image/jpeg size:32349 hash:sha-1:72:24:5F:E8:65:3D:DA:F3:71:36:2F:86:D4:71:91:3E:E4:A2:CE:2E",
            media.File.ToString());
    }

    [Theory(DisplayName = "Selectors that are none")]
    [InlineData("name:x")]
    [InlineData("name:\"x")]
    [InlineData("size:-1")]
    [InlineData("size:9999999999999999")]
    [InlineData("hash:sha-1:72:24")]
    [InlineData("nothing")]
    public void No_selectors(string text) => Assert.False(MsrpFileSelector.TryParse(text, out _));

    [Theory(DisplayName = "Sections that are none of ours")]
    [InlineData("m=audio 7654 RTP/AVP 0\r\n")]
    [InlineData("m=message 7654 UDP *\r\n")]
    [InlineData("m=message 7654 TCP/MSRP *\r\n")]
    [InlineData("m=message 7654 TCP/MSRP *\r\na=path:http://x\r\n")]
    [InlineData("m=message 7654 TCP/MSRP *\r\na=path:msrp://a:1/b;tcp\r\nm=message 7654 TCP/MSRP *\r\n")]
    [InlineData("")]
    public void No_sections(string text) => Assert.False(MsrpMedia.TryRead(text, out _));

    [Fact(DisplayName = "What we write we read")]
    public void Own()
    {
        var text = new MsrpMediaWriter
        {
            Local = new MsrpUri(true, "[::1]", 2856, "abc"),
            Address = "::1",
            AcceptTypes = ["message/cpim"],
            AcceptWrappedTypes = ["text/plain", "text/html"],
            Setup = SetupRole.Passive,
            HasCema = true,
            ChatRoom = "nickname private-messages",
        }.Print();
        Assert.StartsWith("m=message 2856 TCP/TLS/MSRP *\r\nc=IN IP6 ::1\r\n", text, StringComparison.Ordinal);
        Assert.True(MsrpMedia.TryRead(text, out var media));
        Assert.Equal((2856, SetupRole.Passive, true, true), (media.Port, media.Setup, media.HasCema, media.HasNicknames));
        Assert.Equal("msrps://[::1]:2856/abc;tcp", media.Path[0].ToString());
    }

    [Fact(DisplayName = "RFC 3264 section 6: a refused section keeps its words")]
    public void Refused() => Assert.Equal("m=message 0 TCP/MSRP *\r\n", MsrpMediaWriter.Refuse("m=message 7654 TCP/MSRP *"));
}
