using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.ChatBridge;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Server.Tests.Sip;

namespace Sylk.Conference.Server.Tests.Msrp;

/// <summary>Somebody in a room over MSRP: a call by SIP over UDP, and the connection it describes.</summary>
internal sealed class MsrpMember : IAsyncDisposable
{
    private readonly WirePhone _phone;

    private MsrpMember(WirePhone phone, string room, string user, int sip) =>
        (_phone, Uri, RoomUri) = (phone, $"sip:{user}@phones.example", $"sip:{room}@127.0.0.1:{sip}");

    public MsrpPeer Peer { get; private set; } = null!;

    public WirePhone Phone => _phone;

    public string Uri { get; }

    public string RoomUri { get; }

    public MsrpMedia Media { get; private set; } = null!;

    public static string Offer(string path, bool secure = false, string more = "a=setup:active\r\na=chatroom:nickname private-messages\r\n", string sound = "") =>
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n" + sound
        + $"m=message 9 {(secure ? "TCP/TLS/MSRP" : "TCP/MSRP")} *\r\na=accept-types:message/cpim text/plain\r\na=accept-wrapped-types:*\r\na=path:{path}\r\n{more}";

    public static MsrpMedia MediaOf(SipMessage answer)
    {
        var sdp = Encoding.UTF8.GetString(answer.Body.Span);
        Assert.True(MsrpMedia.TryRead(sdp[sdp.IndexOf("m=message", StringComparison.Ordinal)..], out var media), sdp);
        return media;
    }

    public static int PortOf(PhoneServer server, bool secure = false)
    {
        var ports = server.Server.Services.GetRequiredService<MsrpDoor>().Ports;
        return (secure ? ports.Tls : ports.Tcp)!.Value;
    }

    /// <summary>Inside, connected and bound; what was said so far has come.</summary>
    public static async Task<MsrpMember> JoinAsync(PhoneServer server, string user = "bob", string room = "standup", bool secure = false, string? more = null, string sound = "")
    {
        var phone = server.Phone(room, $"\"{char.ToUpperInvariant(user[0])}{user[1..]}\" <sip:{user}@phones.example>");
        var path = MsrpPeer.NewPath(secure);
        return await JoinAsync(new MsrpMember(phone, room, user, server.Port), path, more is null ? Offer(path, secure, sound: sound) : Offer(path, secure, more, sound));
    }

    /// <summary>The same with a phone that is there already.</summary>
    /// <param name="sip">The server's port of signalling.</param>
    public static Task<MsrpMember> JoinAsync(WirePhone phone, string user, string room, int sip)
    {
        var path = MsrpPeer.NewPath();
        return JoinAsync(new MsrpMember(phone, room, user, sip), path, Offer(path));
    }

    private static async Task<MsrpMember> JoinAsync(MsrpMember member, string path, string offer)
    {
        try
        {
            var answer = await member._phone.CallAsync(offer);
            Assert.Equal(200, answer.Status);
            member.Media = MediaOf(answer);
            member.Peer = await MsrpPeer.ConnectAsync(member.Media.Port, path.StartsWith("msrps", StringComparison.Ordinal), path);
            member.Peer.Target = member.Media.Path[0].ToString();
            Assert.Equal(200, await member.Peer.BindAsync());
            await member.Peer.HearAsync("Welcome to ");
            return member;
        }
        catch
        {
            await member.DisposeAsync();
            throw;
        }
    }

    public string Cpim(string words, string? to = null, string? from = null, string type = "text/plain", string more = "") =>
        $"From: <{from ?? Uri}>\r\nTo: <{to ?? RoomUri}>\r\n{more}DateTime: 2026-11-27T10:00:00.000Z\r\n\r\nContent-Type: {type}\r\n\r\n{words}";

    public Task<int> SayAsync(string words, string? to = null, string? id = null) => Peer.SendAsync(Cpim(words, to), id ?? Guid.NewGuid().ToString("N"));

    public async ValueTask DisposeAsync()
    {
        if (Peer is not null)
            await Peer.DisposeAsync();
        _phone.Dispose();
    }
}
