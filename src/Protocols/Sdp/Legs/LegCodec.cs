using System.Collections.Immutable;

namespace Sylk.Conference.Protocols.Sdp;

/// <summary>The sound codecs of telephone legs.</summary>
public enum LegCodec : byte { Opus, G722, Pcmu, Pcma }

/// <summary>A codec both ends have.</summary>
/// <param name="Codec">Which one.</param>
/// <param name="SendPayloadType">What we write: the number of the last description we received (RFC 3264 section 5.1).</param>
/// <param name="ReceivePayloadType">What they write: the number of our last description.</param>
/// <param name="Wishes">Their fmtp: what they want to receive.</param>
public sealed record LegFormat(LegCodec Codec, int SendPayloadType, int ReceivePayloadType, FormatParameters Wishes);

/// <summary>Telephone events at one clock rate (RFC 4733 section 2.1).</summary>
/// <param name="ClockRate">In Hz.</param>
/// <param name="SendPayloadType">What we write.</param>
/// <param name="ReceivePayloadType">What they write.</param>
public readonly record struct LegKeys(int ClockRate, int SendPayloadType, int ReceivePayloadType);

/// <summary>Names and numbers of the codecs (RFC 3551 section 6, RFC 7587 section 7).</summary>
public static class LegCodecs
{
    internal const string TelephoneEvent = "telephone-event";

    /// <summary>Sixteen keys of a telephone: 0–9, *, #, A–D.</summary>
    internal const string KeyRange = "0-15";

    public static readonly ImmutableArray<LegCodec> All = [LegCodec.Opus, LegCodec.G722, LegCodec.Pcmu, LegCodec.Pcma];

    /// <summary>Reads a name in any case, as settings and rtpmap lines have it.</summary>
    public static bool TryRead(string name, out LegCodec codec)
    {
        foreach (var known in All)
        {
            if (name.Equals(known.Name, StringComparison.OrdinalIgnoreCase))
            {
                codec = known;
                return true;
            }
        }

        codec = default;
        return false;
    }

    extension(LegCodec codec)
    {
        public string Name => codec switch
        {
            LegCodec.Opus => "opus",
            LegCodec.G722 => "G722",
            LegCodec.Pcmu => "PCMU",
            _ => "PCMA",
        };

        /// <summary>The RTP clock in Hz. G.722 counts 8,000 though it has 16,000 samples (RFC 3551 section 4.5.2).</summary>
        public int ClockRate => codec == LegCodec.Opus ? 48_000 : 8_000;

        /// <summary>2 for Opus whatever it carries (RFC 7587 section 7).</summary>
        public int Channels => codec == LegCodec.Opus ? 2 : 1;

        /// <summary>The number everybody knows; null for Opus.</summary>
        public int? StaticPayloadType => codec switch
        {
            LegCodec.G722 => 9,
            LegCodec.Pcmu => 0,
            LegCodec.Pcma => 8,
            _ => null,
        };

        internal bool Fits(CodecOffer offered) => offered.IsNamed(codec.Name) && offered.ClockRate == codec.ClockRate;
    }
}
