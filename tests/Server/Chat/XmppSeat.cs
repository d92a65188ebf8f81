using Sylk.Conference.Protocols.Xmpp;

namespace Sylk.Conference.Server.Tests.Chat;

/// <summary>An occupant of a room through a real XMPP server (XEP-0045). Acknowledged is the reflection of its own line.</summary>
internal sealed class XmppSeat(XmppUser user, string room, string nick) : IChatSeat
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Queue<SeenLine> _seen = new();

    public bool IsOver { get; private set; }

    private string Self => $"{room}/{nick}";

    public static async Task<IChatSeat> EnterAsync(ProsodyProcess server, string room, string name)
    {
        var seat = new XmppSeat(await XmppUser.SignInAsync(server, name), $"{room}@{ProsodyProcess.Rooms}", name);
        try
        {
            await seat.JoinAsync();
            return seat;
        }
        catch
        {
            await seat.DisposeAsync();
            throw;
        }
    }

    public async Task<SaidOutcome> SayAsync(string id, string content, bool again)
    {
        await user.SayAsync($"<message type='groupchat' to='{room}' id='{id}'><body>{content}</body></message>");
        using var late = new CancellationTokenSource(Patience);
        while (true)
        {
            var stanza = await NextAsync(late.Token);
            if (stanza.Name != "message" || stanza["id"] != id || (stanza["from"] != Self && stanza["type"] != "error"))
            {
                Hear(stanza);
                continue;
            }
            if (stanza["type"] == "error")
                return Judge(StanzaErrors.ConditionOf(stanza));
            if (stanza.Child("delay", XmppNames.Delay) is null)
            {
                Hear(stanza, again);
                return SaidOutcome.Acknowledged;
            }
            Hear(stanza); // the past, in which the first try is
        }
    }

    public async Task ListenAsync()
    {
        await Task.Delay(20);
        while (user.Stanzas.TryRead(out var stanza))
            Hear(stanza);
        IsOver |= user.Closed.IsCompleted;
    }

    public IEnumerable<SeenLine> Take()
    {
        while (_seen.TryDequeue(out var line))
            yield return line;
    }

    public ValueTask DisposeAsync() => user.DisposeAsync();

    /// <summary>What came before its own presence belongs to a place it had before.</summary>
    private async Task JoinAsync()
    {
        await user.SayAsync($"<presence to='{Self}' id='join'><x xmlns='{XmppNames.Muc}'/></presence>");
        using var late = new CancellationTokenSource(Patience);
        while (true)
        {
            var stanza = await NextAsync(late.Token);
            if (stanza.Name != "presence" || stanza["from"] != Self)
                continue;
            if (stanza["type"] == "error")
                throw new InvalidOperationException(StanzaErrors.ConditionOf(stanza));
            if (stanza["type"] is null && IsOfMe(stanza))
                return;
        }
    }

    private async Task<XmppElement> NextAsync(CancellationToken late)
    {
        try
        {
            return await user.Stanzas.ReadAsync(late);
        }
        catch
        {
            IsOver = true;
            throw;
        }
    }

    private SaidOutcome Judge(string? condition)
    {
        IsOver = condition != StanzaErrors.ResourceConstraint;
        return condition is StanzaErrors.ResourceConstraint or StanzaErrors.NotAcceptable or StanzaErrors.Forbidden ? SaidOutcome.Refused : SaidOutcome.Unanswered;
    }

    private void Hear(XmppElement stanza, bool again = false)
    {
        if (stanza.Name == "iq" && stanza["type"] == "get")
            _ = user.SayAsync($"<iq type='result' id='{stanza["id"]}' to='{stanza["from"]}'/>");
        else if (stanza.Name == "presence" && stanza["type"] == "unavailable" && stanza["from"] == Self)
            IsOver = true;
        else if (stanza.Name == "message" && stanza["type"] == "groupchat" && stanza["from"]?.StartsWith(room, StringComparison.Ordinal) == true && stanza.Child("body") is { } body)
            _seen.Enqueue(new(stanza.Child("stanza-id", XmppNames.StableIds)?["id"] ?? "", body.Text, again));
    }

    private static bool IsOfMe(XmppElement presence) =>
        presence.Child("x", XmppNames.MucUser)?.Elements.Any(child => child.Name == "status" && child["code"] == "110") == true;
}
