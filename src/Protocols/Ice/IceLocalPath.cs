namespace Sylk.Conference.Protocols.Ice;

/// <summary>One way out of a full agent: a UDP socket, or one connected TCP link.</summary>
/// <param name="Link">The number that tells this way from others in <see cref="NetworkPath.Link"/>; one per socket.</param>
/// <param name="Address">Our address on it, or all zero.</param>
/// <param name="ConnectedTo">The only remote a TCP link reaches; null for UDP, which reaches any.</param>
/// <param name="LocalPreference">Higher is preferred (RFC 8445 section 5.1.2.1).</param>
/// <param name="Component">1 for RTP, 2 for RTCP on a port of its own.</param>
public sealed record IceLocalPath(
    int Link, TransportAddress Address = default, TransportAddress? ConnectedTo = null, ushort LocalPreference = 65535, int Component = 1)
{
    internal bool IsTcp => ConnectedTo is not null;

    internal uint HostPriority => Priority(IsTcp ? 90u : 126u);

    /// <summary>What the other end should give the peer-reflexive candidate it may learn from our check.</summary>
    internal uint PeerReflexivePriority => Priority(IsTcp ? 80u : 110u);

    internal bool Reaches(IceTransport transport, in TransportAddress remote) =>
        IsTcp ? transport == IceTransport.Tcp && ConnectedTo == remote : transport == IceTransport.Udp;

    private uint Priority(uint typePreference) => (typePreference << 24) | ((uint)LocalPreference << 8) | (uint)(256 - Component);
}
