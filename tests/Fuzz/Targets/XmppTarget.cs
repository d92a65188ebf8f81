using System.Text;
using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Protocols.Xmpp;

namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>Z-18: what a server may send on a component's stream.</summary>
internal static class XmppTarget
{
    private const string Header = "<stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:component:accept' from='r.example' id='1'>";

    public static FuzzTarget Stream => new("Z-18", "XMPP component stream and addresses", [.. Seeds.Select(Encoding.UTF8.GetBytes)], () => Check)
    {
        Shape = SeedShape.Lines,

        // Buffers and name tables of a stanza's reader, twice over.
        FreeAllocation = 512 * 1024,
    };

    private static string[] Seeds =>
    [
        Header + "<handshake/><message from='a@b.example/c' to='r@r.example' type='groupchat' id='1'><body>1 &lt; 2 &#x263a; é</body>"
        + "<x xmlns='urn:x' p:a='1' xmlns:p='urn:p'><![CDATA[<]]></x></message>",
        "<?xml version='1.0'?>" + Header + "<handshake/>\n<presence from='ü@bücher.example/ x' to='r@r.example/Ann'><x xmlns='http://jabber.org/protocol/muc'>"
        + "<history maxstanzas='0'/></x></presence></stream:stream>",
        Header + "<handshake/><iq type='get' id='7' from='a\\20b@[::1]/c'><query xmlns='http://jabber.org/protocol/disco#info'/></iq> ",
        Header + "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
        Header + "<handshake/><message><!-- --></message>",
    ];

    private static FuzzVerdict Check(ReadOnlySpan<byte> input)
    {
        var whole = Run(input, input.Length);
        var size = input.Length == 0 ? 1 : 1 + (input[0] * 7 + input[^1]) % Math.Max(1, input.Length);
        if (!whole.Select(one => one.ToString()).SequenceEqual(Run(input, size).Select(one => one.ToString())))
        {
            return FuzzVerdict.Violates($"pieces of {size} give other stanzas");
        }

        foreach (var stanza in whole.OfType<StanzaArrived>().Select(arrived => arrived.Stanza))
        {
            var written = XmppWriter.Write(stanza);
            if (StanzaReader.TryRead(written) is not { } again || !XmppWriter.Write(again).AsSpan().SequenceEqual(written))
            {
                return FuzzVerdict.Violates("written again it says something else");
            }

            if (stanza["from"] is { } from && Jid.TryParse(from, out var jid) && (!Jid.TryParse(jid.ToString(), out var same) || same != jid))
            {
                return FuzzVerdict.Violates("an address prepared twice is another");
            }
        }

        return whole.Any(one => one is StanzaArrived) ? FuzzVerdict.Accepted : FuzzVerdict.Refused;
    }

    private static List<ComponentEvent> Run(ReadOnlySpan<byte> input, int size)
    {
        var stream = new ComponentStream("r.example", "s");
        stream.Start(default);
        for (var at = 0; at < input.Length; at += size)
        {
            stream.Receive(default, input.Slice(at, Math.Min(size, input.Length - at)));
        }

        var events = new List<ComponentEvent>();
        while (stream.TryTakeEvent(out var happened))
        {
            events.Add(happened);
        }

        return events;
    }
}
