using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Sfu.Routing;

/// <summary>What the payload of a packet is, as far as forwarding cares.</summary>
internal enum CodecFamily : byte { Opus, Red, Vp8, Vp9, H264, Av1 }

/// <summary>One negotiable format: equal entries (same profile, same packetization) share a key on every peer of the node.</summary>
internal sealed record CodecEntry(byte Key, CodecFamily Family, CodecOffer Format)
{
    public int ClockRate => Format.ClockRate;

    public string Name => Format.Name;
}

/// <summary>
/// Gives every distinct format a small number, so that "which payload type has this source's format in that receiver's
/// section" is an array look-up on the packet path. Only formats that exist get one, fewer than <see cref="Capacity"/>, so that
/// no offer can use the numbers up. Thread-safe: looked up at negotiation only.
/// </summary>
internal sealed class CodecRegistry
{
    public const int Capacity = 32;

    private readonly Lock _gate = new();
    private readonly List<CodecEntry> _entries = [];

    /// <summary>Null when the format is not one we forward, or the registry is full.</summary>
    public CodecEntry? Find(CodecOffer format)
    {
        if (FamilyOf(format) is not { } family)
            return null;

        lock (_gate)
        {
            foreach (var entry in _entries)
                if (entry.Family == family && CodecMatch.AreSame(entry.Format, format))
                    return entry;

            if (_entries.Count == Capacity)
                return null;

            var added = new CodecEntry((byte)_entries.Count, family, format);
            _entries.Add(added);
            return added;
        }
    }

    private static CodecFamily? FamilyOf(CodecOffer format) => (format.Name.ToUpperInvariant(), format.ClockRate, format.Channels) switch
    {
        ("OPUS", 48_000, 2) => CodecFamily.Opus,
        ("RED", 48_000, 2) => CodecFamily.Red,
        ("VP8", 90_000, 1) => CodecFamily.Vp8,
        ("VP9", 90_000, 1) when IsWithin(format, "profile-id", 3) => CodecFamily.Vp9,
        ("H264", 90_000, 1) when IsWithin(format, "packetization-mode", 1) && HasKnownProfile(format) => CodecFamily.H264,
        ("AV1", 90_000, 1) when IsWithin(format, "profile", 2) && IsWithin(format, "tier", 1) => CodecFamily.Av1,
        _ => null,
    };

    private static bool IsWithin(CodecOffer format, string parameter, int most) => format.Parameters.Number(parameter, 0) <= most;

    private static bool HasKnownProfile(CodecOffer format) => format.Parameters["profile-level-id"] is not { } text
        || (H264ProfileLevel.TryParse(text, out var level) && level.SubProfile != H264SubProfile.Other);
}

/// <summary>What a payload type means on one peer's connection.</summary>
internal readonly record struct PayloadBinding(CodecEntry? Codec, byte RepairOf)
{
    /// <summary>The payload type carries retransmissions of payload type <see cref="RepairOf"/>.</summary>
    public bool IsRetransmission => RepairOf != 0;

    public bool IsKnown => Codec is not null || IsRetransmission;
}
