using Sylk.Conference.Protocols;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>One UDP port of ours. Nothing here waits.</summary>
internal interface IPhonePort : IDisposable
{
    int Number { get; }

    /// <returns>False when nothing is there.</returns>
    bool TryReceive(Span<byte> buffer, out int length, out TransportAddress from);

    /// <summary>What cannot be sent is lost, as on the way.</summary>
    void Send(ReadOnlySpan<byte> datagram, in TransportAddress to);
}
