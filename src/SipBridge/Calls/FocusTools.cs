using Microsoft.Extensions.Logging;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>What the phone meets where a page meets a problem (product §5).</summary>
/// <param name="Status">Of the final response.</param>
/// <param name="Title">Goes into the reason phrase.</param>
/// <param name="Spoken">Name of the prompt; null when nothing is said.</param>
public sealed record SipRefusal(int Status, string Title, string? Spoken);

/// <summary>The server's one table of errors, as phones need it.</summary>
public delegate SipRefusal SipRefusals(string code);

/// <summary>What every call works with.</summary>
internal sealed record FocusTools(SipEndpoint Endpoint, SipBridgeSettings Settings, SipClock Clock, ILogger Log)
{
    public required IGrainFactory Grains { get; init; }
    public required IMediaNodes Nodes { get; init; }
    public required RoomFeedHub Feeds { get; init; }
    public required RoomClock RoomClock { get; init; }
    public required SipRefusals Refusals { get; init; }

    /// <summary>Computes with PINs; null when too many wait.</summary>
    public required PinDesk Pins { get; init; }

    /// <summary>Carries the text of calls; null where nobody does.</summary>
    public IMessageLegs? Messages { get; init; }

    public required CallTraces Traces { get; init; }
    public required CallBook Book { get; init; }
    public required AccountDesk Accounts { get; init; }
    public required CallMeter Meter { get; init; }

    /// <summary>Listeners of legs by participant.</summary>
    public required LegMail Mail { get; init; }

    /// <summary>A call goes on under another story: it is the door's now.</summary>
    public Action<RoomCall> Continue { get; set; } = _ => { };

    /// <summary>By which this server knows what it has sent itself.</summary>
    public string HopToken => Settings.Dial.HopToken;

    /// <summary>True: this request has come round to us, or goes round between others (rule SIP-LOOP-2).</summary>
    public bool IsLoop(SipMessage request) => DialDesk.IsLoop(request, HopToken);

    public IRoomGrain Room(string name) => Grains.GetGrain<IRoomGrain>(name);
}
