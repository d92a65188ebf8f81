namespace Sylk.Conference.Protocols.Sdp;

/// <summary>What the session level and every media level have in common.</summary>
public abstract class SdpSection
{
    public SdpAttributeList Attributes { get; } = [];

    /// <summary><c>i=</c></summary>
    public string? Information { get; set; }

    public SdpConnection? Connection { get; set; }

    public List<SdpBandwidth> Bandwidths { get; } = [];

    /// <summary><c>k=</c>, obsolete (RFC 8866 §5.12); kept as written.</summary>
    public string? EncryptionKey { get; set; }

    public string? IceUfrag { get => Attributes.First("ice-ufrag"); set => Attributes.Set("ice-ufrag", value); }

    public string? IcePwd { get => Attributes.First("ice-pwd"); set => Attributes.Set("ice-pwd", value); }

    /// <summary>Space-separated tags, for example <c>trickle</c>.</summary>
    public string? IceOptions { get => Attributes.First("ice-options"); set => Attributes.Set("ice-options", value); }

    public bool EndOfCandidates
    {
        get => Attributes.Has("end-of-candidates");
        set => Attributes.SetFlag("end-of-candidates", value);
    }

    public IReadOnlyList<Fingerprint> Fingerprints => Attributes.Read<Fingerprint>();

    /// <summary>Null when the attribute is absent or unknown.</summary>
    public SetupRole? Setup
    {
        get => SdpWords.TryReadSetup(Attributes.First("setup"), out var role) ? role : null;
        set => Attributes.Set("setup", value is { } role ? SdpWords.Text(role) : null);
    }

    /// <summary>The direction written at this very level; null when none is.</summary>
    public MediaDirection? OwnDirection
    {
        get
        {
            foreach (var attribute in Attributes)
            {
                if (attribute.Value is null && SdpWords.TryReadDirection(attribute.Name, out var direction))
                {
                    return direction;
                }
            }

            return null;
        }

        set
        {
            for (var direction = MediaDirection.Inactive; direction <= MediaDirection.SendRecv; direction++)
            {
                Attributes.SetFlag(SdpWords.Text(direction), direction == value);
            }
        }
    }

    /// <summary>One-byte and two-byte header extensions may be mixed (RFC 8285 §6).</summary>
    public bool ExtmapAllowMixed
    {
        get => Attributes.Has("extmap-allow-mixed");
        set => Attributes.SetFlag("extmap-allow-mixed", value);
    }
}
