using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

internal enum SipWorkKind : byte
{
    /// <summary>A whole message came.</summary>
    Message,

    /// <summary>A send failed or a connection closed.</summary>
    Failure,

    /// <summary>Somebody wants to use the agent.</summary>
    Order,

    /// <summary>The deadline has come.</summary>
    Wake,
}

/// <summary>One thing for the endpoint's loop to do.</summary>
internal readonly record struct SipWork(SipWorkKind Kind, SipFlow Flow, ReadOnlyMemory<byte> Bytes, Action<Instant>? Order)
{
    public static SipWork Message(SipFlow flow, ReadOnlyMemory<byte> bytes) => new(SipWorkKind.Message, flow, bytes, null);

    public static SipWork Failure(SipFlow flow) => new(SipWorkKind.Failure, flow, default, null);

    public static SipWork Wake { get; } = new(SipWorkKind.Wake, default, default, null);

    public static SipWork Do(Action<Instant> order) => new(SipWorkKind.Order, default, default, order);
}
