using Sylk.Conference.Protocols;

namespace Sylk.Conference.Headless.Peers;

/// <summary>Where a peer's datagrams go: a socket of its own or one that many share.</summary>
public interface IPeerOutput
{
    void Send(in TransportAddress to, ReadOnlySpan<byte> datagram);
}
