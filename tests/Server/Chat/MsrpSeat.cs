using System.Text;
using Sylk.Conference.Protocols.Cpim;
using Sylk.Conference.Protocols.Messaging;
using Sylk.Conference.Server.Tests.Msrp;

namespace Sylk.Conference.Server.Tests.Chat;

/// <summary>A client in a chat room over MSRP (RFC 7701). Acknowledged is a 200, for every second line the success report after it.</summary>
internal sealed class MsrpSeat(MsrpMember member) : IChatSeat
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private int _said;

    public bool IsOver => member.Peer.Closed.IsCompleted;

    public static async Task<IChatSeat> EnterAsync(int port, string room, string user) =>
        new MsrpSeat(await MsrpMember.JoinAsync(PhoneSeat.Phone(port, room, user), user, room, port));

    public async Task<SaidOutcome> SayAsync(string id, string content, bool again)
    {
        var wantsReport = ++_said % 2 == 0;
        var asked = member.Peer.SendAsync(member.Cpim(content), id, more: wantsReport ? "Success-Report: yes\r\n" : "");
        if (await Task.WhenAny(asked, member.Peer.Closed, Task.Delay(Patience)) != asked)
            return SaidOutcome.Unanswered;
        var status = await asked;
        if (status != 200)
            return status is >= 400 and < 500 and not 408 ? SaidOutcome.Refused : SaidOutcome.Unanswered;
        if (!wantsReport)
            return SaidOutcome.Acknowledged;
        var report = member.Peer.ReportAsync();
        if (await Task.WhenAny(report, member.Peer.Closed) != report)
            return SaidOutcome.Unanswered;
        var head = (await report).Head;
        return head.First("Message-ID") == id && head.First("Status")?.StartsWith("000 200", StringComparison.Ordinal) == true ? SaidOutcome.Acknowledged : SaidOutcome.Unanswered;
    }

    public Task ListenAsync() => Task.Delay(20);

    /// <summary>Lines have an id of the room's; its notices and signs of writing have none.</summary>
    public IEnumerable<SeenLine> Take()
    {
        foreach (var heard in member.Peer.Heard())
        {
            if (CpimMessage.TryRead(heard.Body, out var message, out _) && message[CpimHeader.Imdn, "Message-ID"] is { } id && message.ContentType.StartsWith("text/plain", StringComparison.Ordinal))
                yield return new(id, Encoding.UTF8.GetString(message.Content.Span));
        }
    }

    public ValueTask DisposeAsync() => member.DisposeAsync();
}
