using Sylk.Conference.Protocols;

namespace Sylk.Conference.Headless.Peers;

/// <summary>Who looks at what a peer receives.</summary>
public interface IMediaTap
{
    /// <param name="arrival">When it reached this machine's socket.</param>
    /// <param name="peer">Decrypts the packet on demand.</param>
    /// <param name="packet">Still protected: the header can be read, the payload cannot.</param>
    void ReceiveRtp(Instant arrival, HeadlessPeer peer, Span<byte> packet);

    /// <param name="now">The time of the turn.</param>
    /// <param name="peer">Where it came in.</param>
    /// <param name="compound">Decrypted.</param>
    void ReceiveRtcp(Instant now, HeadlessPeer peer, ReadOnlySpan<byte> compound);
}
