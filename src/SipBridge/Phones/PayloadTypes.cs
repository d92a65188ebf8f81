using System.Collections.Immutable;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>What the payload types of a description mean.</summary>
internal sealed class PayloadTypes : IEquatable<PayloadTypes>
{
    public const int None = -1, Keys = 100, Noise = 101;

    private readonly sbyte[] _kinds = new sbyte[128];

    /// <summary>Their numbers and ours both count: some ends use the wrong ones (RFC 3264 section 5.1).</summary>
    public PayloadTypes(ImmutableArray<LegFormat> formats, ImmutableArray<LegKeys> keys, int? noise)
    {
        Array.Fill(_kinds, (sbyte)None);
        foreach (var format in formats)
        {
            _kinds[format.SendPayloadType] = (sbyte)format.Codec;
        }

        foreach (var key in keys)
        {
            _kinds[key.SendPayloadType] = Keys;
            _kinds[key.ReceivePayloadType] = Keys;
        }

        foreach (var format in formats)
        {
            _kinds[format.ReceivePayloadType] = (sbyte)format.Codec;
        }

        // Comfort noise is read also where it was not agreed on: 13 is nothing else (RFC 3389 section 7).
        if (_kinds[noise ?? 13] == None)
        {
            _kinds[noise ?? 13] = Noise;
        }
    }

    /// <returns>A <see cref="LegCodec"/> as a number, or one of the constants here.</returns>
    public int KindOf(byte payloadType) => _kinds[payloadType & 0x7F];

    public bool Equals(PayloadTypes? other) => other is not null && _kinds.AsSpan().SequenceEqual(other._kinds);

    public override bool Equals(object? obj) => Equals(obj as PayloadTypes);

    public override int GetHashCode() => HashCode.Combine(_kinds[0], _kinds[8], _kinds[101]);
}
