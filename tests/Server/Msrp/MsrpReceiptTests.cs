using Sylk.Conference.Server.Tests.Sip;

namespace Sylk.Conference.Server.Tests.Msrp;

/// <summary>RFC 5438 in rooms over MSRP: the room speaks for what is for all, readers for what is for them.</summary>
public sealed class MsrpReceiptTests
{
    private const string Report = "message/imdn+xml";

    [Fact(DisplayName = "IMDN: of a line for all the room says that it was processed and delivered, and nobody is asked to")]
    public async Task Room()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var bob = await MsrpMember.JoinAsync(server);
        await using var carol = await MsrpMember.JoinAsync(server, "carol");

        Assert.Equal(200, await bob.Peer.SendAsync(bob.Cpim("to all", more: Asking("a1", "positive-delivery, display, processing")), "m1"));
        foreach (var state in new[] { "<processed", "<delivered" })
        {
            var report = await bob.Peer.HearAsync("<message-id>a1<");
            Assert.Contains(state, report.Text, StringComparison.Ordinal);
            Assert.Contains($"From: <{bob.RoomUri}>", report.Text, StringComparison.Ordinal);
            Assert.Contains($"To: <{bob.Uri}>", report.Text, StringComparison.Ordinal);
            Assert.Contains("<datetime>2026-11-27T10:00:00.000Z<", report.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("Disposition-Notification:", report.Text, StringComparison.Ordinal);
        }
        var line = await carol.Peer.HearAsync("to all");
        Assert.DoesNotContain("Disposition-Notification:", line.Text, StringComparison.Ordinal);
        Assert.Equal(200, await carol.Peer.SendAsync(carol.Cpim(Displayed(IdOf(line)), type: Report), "r1"));
        Assert.Equal(200, await carol.SayAsync("read it"));
        await bob.Peer.HearAsync("read it");
        Assert.DoesNotContain(bob.Peer.Heard(), message => message.Text.Contains("<displayed", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "IMDN: of a private line its reader reports, the sender hears it under their own id, and each thing once")]
    public async Task Private()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var bob = await MsrpMember.JoinAsync(server);
        await using var carol = await MsrpMember.JoinAsync(server, "carol");
        await using var dave = await MsrpMember.JoinAsync(server, "dave");
        await bob.Peer.HearAsync("Dave has joined");

        Assert.Equal(200, await bob.Peer.SendAsync(bob.Cpim("psst", carol.Uri, more: Asking("b1", "positive-delivery, display")), "m1"));
        var line = await carol.Peer.HearAsync("psst");
        Assert.Contains("imdn.Disposition-Notification: positive-delivery, negative-delivery, display", line.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(bob.Peer.Heard(), message => message.Text.Contains("<imdn", StringComparison.Ordinal));

        Assert.Equal(200, await dave.Peer.SendAsync(dave.Cpim(Displayed(IdOf(line)), bob.Uri, type: Report), "r0"));
        Assert.Equal(200, await carol.Peer.SendAsync(carol.Cpim(Delivered(IdOf(line)), bob.Uri, type: Report), "r1"));
        Assert.Equal(200, await carol.Peer.SendAsync(carol.Cpim(Delivered(IdOf(line)), bob.Uri, type: Report), "r2"));
        Assert.Equal(200, await carol.Peer.SendAsync(carol.Cpim(Displayed(IdOf(line)), bob.Uri, type: Report), "r3"));
        foreach (var state in new[] { "<delivered", "<displayed" })
        {
            var report = await bob.Peer.HearAsync("<message-id>b1<");
            Assert.Contains(state, report.Text, StringComparison.Ordinal);
            Assert.Contains($"From: <{carol.Uri}>", report.Text, StringComparison.Ordinal);
        }
    }

    [Fact(DisplayName = "IMDN: a page hears what an MSRP member reports or refuses, and a member what a page says")]
    public async Task Pages()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await MsrpMember.JoinAsync(server);
        var to = (await alice.NextAsync("ParticipantJoined", body => body.GetProperty("displayName").GetString() == "Bob")).GetProperty("id").GetString();

        await alice.OkAsync("SendChat", new { clientId = "1", content = "for Bob", to });
        var line = await bob.Peer.HearAsync("for Bob");
        Assert.Equal(200, await bob.Peer.SendAsync(bob.Cpim(Displayed(IdOf(line)), UriOf(line), type: Report), "r1"));
        var receipt = await alice.NextAsync("ChatReceipt");
        Assert.Equal((IdOf(line), "displayed"), (receipt.GetProperty("messageId").GetString(), receipt.GetProperty("state").GetString()));

        Assert.Equal(200, await bob.Peer.SendAsync(bob.Cpim("for Alice", UriOf(line), more: Asking("c1", "display")), "m2"));
        var said = await alice.NextAsync("ChatMessage", body => body.GetRawText().Contains("for Alice", StringComparison.Ordinal));
        await alice.OkAsync("AcknowledgeChat", new { messageId = said.GetProperty("message").GetProperty("id").GetString(), state = "displayed" });
        Assert.Contains("<message-id>c1<", (await bob.Peer.HearAsync("<displayed")).Text, StringComparison.Ordinal);

        bob.Peer.Answer = 403;
        await alice.OkAsync("SendChat", new { clientId = "2", content = "refused", to });
        Assert.Equal("failed", (await alice.NextAsync("ChatReceipt")).GetProperty("state").GetString());
    }

    private static string Asking(string id, string wishes) =>
        $"NS: imdn <urn:ietf:params:imdn>\r\nimdn.Message-ID: {id}\r\nimdn.Disposition-Notification: {wishes}\r\n";

    private static string Delivered(string id) => Document(id, "<delivery-notification><status><delivered/></status></delivery-notification>");

    private static string Displayed(string id) => Document(id, "<display-notification><status><displayed/></status></display-notification>");

    private static string Document(string id, string what) =>
        $"<imdn xmlns=\"urn:ietf:params:xml:ns:imdn\"><message-id>{id}</message-id><datetime>2026-11-27T10:00:01Z</datetime>{what}</imdn>";

    private static string IdOf(MsrpHeard line) => Between(line.Text, "imdn.Message-ID: ", "\r\n");

    private static string UriOf(MsrpHeard line) => Between(line.Text, "From: \"Alice\" <", ">");

    private static string Between(string text, string before, string after) => text.Split(before, 2)[1].Split(after, 2)[0];
}
