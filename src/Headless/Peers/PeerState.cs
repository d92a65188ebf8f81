namespace Sylk.Conference.Headless.Peers;

public enum PeerState : byte
{
    /// <summary>No answer yet.</summary>
    New,

    /// <summary>ICE looks for a path.</summary>
    Checking,

    /// <summary>A path works; DTLS is under way.</summary>
    Securing,

    /// <summary>Media may flow.</summary>
    Connected,

    /// <summary>No path, no handshake, or a certificate that is not the answer's.</summary>
    Failed,

    Closed,
}
