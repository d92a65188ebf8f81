namespace Sylk.Conference.Protocols.Sdp;

/// <summary>A session description (RFC 8866), as read or to be printed.</summary>
public sealed class SessionDescription : SdpSection
{
    public SdpOrigin Origin { get; set; } = SdpOrigin.Anonymous(0, 0);

    /// <summary><c>s=</c></summary>
    public string Name { get; set; } = "-";

    /// <summary><c>u=</c></summary>
    public string? Uri { get; set; }

    /// <summary><c>e=</c></summary>
    public List<string> Emails { get; } = [];

    /// <summary><c>p=</c></summary>
    public List<string> Phones { get; } = [];

    /// <summary>Empty prints as <c>t=0 0</c>.</summary>
    public List<SdpTiming> Timings { get; } = [];

    /// <summary><c>z=</c> as written.</summary>
    public string? TimeZones { get; set; }

    public List<MediaDescription> Media { get; } = [];

    public IReadOnlyList<SdpGroup> Groups => Attributes.Read<SdpGroup>();

    /// <summary>The first BUNDLE group; null when there is none.</summary>
    public SdpGroup? Bundle
    {
        get
        {
            foreach (var attribute in Attributes)
            {
                if (attribute.Name == SdpGroup.AttributeName && SdpGroup.IsBundle(attribute.Value)
                    && SdpGroup.TryParse(attribute.Value, out var group))
                {
                    return group;
                }
            }

            return null;
        }
    }

    public bool IceLite { get => Attributes.Has("ice-lite"); set => Attributes.SetFlag("ice-lite", value); }

    public string? MsidSemantic { get => Attributes.First("msid-semantic"); set => Attributes.Set("msid-semantic", value); }

    public MediaDescription? FindMid(string mid) => Media.Find(media => media.Mid == mid);

    /// <summary>The section's direction, or the session's, or <see cref="MediaDirection.SendRecv"/> (RFC 8866 §6.7).</summary>
    public MediaDirection DirectionOf(MediaDescription media) =>
        media.OwnDirection ?? OwnDirection ?? MediaDirection.SendRecv;

    /// <summary>The section's fingerprints, or the session's when it has none.</summary>
    public IReadOnlyList<Fingerprint> FingerprintsOf(MediaDescription media) =>
        media.Fingerprints is { Count: > 0 } own ? own : Fingerprints;

    public SetupRole? SetupOf(MediaDescription media) => media.Setup ?? Setup;

    public string? IceUfragOf(MediaDescription media) => media.IceUfrag ?? IceUfrag;

    public string? IcePwdOf(MediaDescription media) => media.IcePwd ?? IcePwd;

    public override string ToString() => SdpPrinter.Print(this);
}
