namespace Sylk.Conference.Protocols.Stun;

/// <summary>Where the attributes we use lie in one message.</summary>
internal struct StunIndex
{
    public Entry Username, Integrity, Fingerprint, ErrorCode, XorMapped, Priority, UseCandidate, Controlled, Controlling, Nomination;
    public Entry Software, Realm, Nonce;
    public ushort UnknownRequired;

    /// <summary>Offset 0 lies in the header, so the default value means absent.</summary>
    public readonly record struct Entry(ushort Offset, ushort Length)
    {
        public bool Present => Offset != 0;
    }

    public StunError Note(StunAttribute type, Entry entry)
    {
        if (Fingerprint.Present)
        {
            return StunError.AttributeAfterFingerprint;
        }

        if (Integrity.Present && type != StunAttribute.Fingerprint)
        {
            return StunError.None;
        }

        return type switch
        {
            StunAttribute.Username => Keep(ref Username, entry, 0, 513),
            StunAttribute.MessageIntegrity => Keep(ref Integrity, entry, StunFormat.IntegritySize, StunFormat.IntegritySize),
            StunAttribute.Fingerprint => Keep(ref Fingerprint, entry, StunFormat.FingerprintSize, StunFormat.FingerprintSize),
            StunAttribute.ErrorCode => Keep(ref ErrorCode, entry, 4, 4 + 763),
            StunAttribute.XorMappedAddress => Keep(ref XorMapped, entry, 8, 20),
            StunAttribute.Priority => Keep(ref Priority, entry, 4, 4),
            StunAttribute.UseCandidate => Keep(ref UseCandidate, entry, 0, 0),
            StunAttribute.IceControlled => Keep(ref Controlled, entry, 8, 8),
            StunAttribute.IceControlling => Keep(ref Controlling, entry, 8, 8),
            StunAttribute.Nomination => Keep(ref Nomination, entry, 4, 4),
            StunAttribute.Software => Keep(ref Software, entry, 0, 763),
            StunAttribute.Realm => Keep(ref Realm, entry, 0, 763),
            StunAttribute.Nonce => Keep(ref Nonce, entry, 0, 763),
            _ => NoteOther(type),
        };
    }

    private static StunError Keep(ref Entry slot, Entry entry, int minimum, int maximum)
    {
        if (entry.Length < minimum || entry.Length > maximum)
        {
            return StunError.BadAttributeLength;
        }

        if (!slot.Present)
        {
            slot = entry;
        }

        return StunError.None;
    }

    private StunError NoteOther(StunAttribute type)
    {
        var understood = type is StunAttribute.MappedAddress or StunAttribute.UnknownAttributes or StunAttribute.MessageIntegritySha256
            or StunAttribute.PasswordAlgorithm or StunAttribute.UserHash;
        if ((ushort)type < 0x8000 && !understood && UnknownRequired == 0)
        {
            UnknownRequired = (ushort)type;
        }

        return StunError.None;
    }
}
