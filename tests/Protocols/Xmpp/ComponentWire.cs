using System.Text;
using Sylk.Conference.Protocols.Xmpp;

namespace Sylk.Conference.Protocols.Tests.Xmpp;

/// <summary>A component's stream with the server's side written by hand.</summary>
internal sealed class ComponentWire
{
    public const string Header =
        "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:component:accept' from='rooms.example' id='3BF96D32'>";

    public ComponentWire() => Stream.Start(Now);

    public ComponentStream Stream { get; } = new("rooms.example", "secret");

    public Instant Now { get; private set; }

    public static ComponentWire Up()
    {
        var wire = new ComponentWire();
        wire.Say(Header + "<handshake/>");
        wire.Sent();
        Assert.IsType<ComponentUp>(Assert.Single(wire.Events()));
        return wire;
    }

    public void Say(string text) => Stream.Receive(Now, Encoding.UTF8.GetBytes(text));

    public string Sent() => Encoding.UTF8.GetString(Stream.TakeOutput());

    public List<ComponentEvent> Events()
    {
        var events = new List<ComponentEvent>();
        while (Stream.TryTakeEvent(out var happened))
        {
            events.Add(happened);
        }

        return events;
    }

    public void Wait(double seconds)
    {
        Now += TimeSpan.FromSeconds(seconds);
        Stream.Tick(Now);
    }
}
