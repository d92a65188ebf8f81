namespace Sylk.Conference.Protocols.Sdp;

/// <summary>What the other end said about the bundled transport, taken from the section that speaks for the bundle.</summary>
public sealed record RemoteTransport(string IceUfrag, string IcePwd, IReadOnlyList<Fingerprint> Fingerprints)
{
    /// <summary>The role it wrote; absent means <see cref="SetupRole.Active"/> in an offer (RFC 4145 §4).</summary>
    public SetupRole Setup { get; init; } = SetupRole.Active;

    public bool IceLite { get; init; }

    public bool EndOfCandidates { get; init; }

    public IReadOnlyList<string> Candidates { get; init; } = [];

    /// <summary>
    /// Reads the transport of one section, falling back to the session level; null when a piece is missing, or ICE credentials
    /// are not of 4..256 and 22..256 characters (RFC 8839 §5.4).
    /// </summary>
    public static RemoteTransport? Read(SessionDescription description, MediaDescription media)
    {
        var fingerprints = description.FingerprintsOf(media);
        if (description.IceUfragOf(media) is not { Length: >= 4 and <= 256 } ufrag
            || description.IcePwdOf(media) is not { Length: >= 22 and <= 256 } pwd || fingerprints.Count == 0)
        {
            return null;
        }

        return new RemoteTransport(ufrag, pwd, fingerprints)
        {
            Setup = description.SetupOf(media) ?? SetupRole.Active,
            IceLite = description.IceLite,
            EndOfCandidates = media.EndOfCandidates || description.EndOfCandidates,
            Candidates = media.Candidates,
        };
    }
}
