using Sylk.Conference.Sfu.Negotiation;

namespace Sylk.Conference.Sfu.Routing;

/// <summary>What the payload of a packet is, as far as forwarding cares.</summary>
internal enum CodecFamily : byte { Opus, Red, Vp8, Vp9, H264, Av1 }

/// <summary>One negotiable format: equal entries (same profile, same packetization) share a key on every peer of the node.</summary>
internal sealed record CodecEntry(byte Key, CodecFamily Family, OfferedCodec Format)
{
    public int ClockRate => Format.Map.ClockRate;

    public string Name => Format.Map.Encoding;
}

/// <summary>
/// Gives every distinct format a small number, so that "which payload type has this source's format in that receiver's
/// section" is an array look-up on the packet path. At most <see cref="Capacity"/> formats are known to a node;
/// what comes after is refused at negotiation. Thread-safe: looked up at negotiation only.
/// </summary>
internal sealed class CodecRegistry
{
    public const int Capacity = 32;

    private readonly Lock _gate = new();
    private readonly List<CodecEntry> _entries = [];

    /// <summary>Null when the format is not one we forward, or the registry is full.</summary>
    public CodecEntry? Find(OfferedCodec format)
    {
        if (FamilyOf(format) is not { } family)
            return null;

        lock (_gate)
        {
            foreach (var entry in _entries)
                if (entry.Family == family && entry.Format.IsSameAs(format))
                    return entry;

            if (_entries.Count == Capacity)
                return null;

            var added = new CodecEntry((byte)_entries.Count, family, format);
            _entries.Add(added);
            return added;
        }
    }

    private static CodecFamily? FamilyOf(OfferedCodec format) => format.Map.Encoding.ToUpperInvariant() switch
    {
        "OPUS" => CodecFamily.Opus,
        "RED" when format.Map.ClockRate == 48000 => CodecFamily.Red,
        "VP8" => CodecFamily.Vp8,
        "VP9" => CodecFamily.Vp9,
        "H264" => CodecFamily.H264,
        "AV1" => CodecFamily.Av1,
        _ => null,
    };
}

/// <summary>What a payload type means on one peer's connection.</summary>
internal readonly record struct PayloadBinding(CodecEntry? Codec, byte RepairOf)
{
    /// <summary>The payload type carries retransmissions of payload type <see cref="RepairOf"/>.</summary>
    public bool IsRetransmission => RepairOf != 0;

    public bool IsKnown => Codec is not null || IsRetransmission;
}
