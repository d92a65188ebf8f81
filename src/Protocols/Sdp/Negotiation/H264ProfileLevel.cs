using System.Globalization;

namespace Sylk.Conference.Protocols.Sdp;

/// <summary>The sub-profiles of H.264 that a profile_idc with its constraint flags can mean (RFC 6184 §8.1, table 5).</summary>
public enum H264SubProfile
{
    Other,
    ConstrainedBaseline,
    Baseline,
    Main,
    Extended,
    ConstrainedHigh,
    High,
    High10,
    High422,
    High444Predictive,
}

/// <summary>The three bytes of <c>profile-level-id</c>.</summary>
public readonly record struct H264ProfileLevel(byte ProfileIdc, byte Constraints, byte LevelIdc)
{
    /// <summary>What an absent parameter means: Baseline at level 1 (RFC 6184 §8.1).</summary>
    public static readonly H264ProfileLevel Default = new(0x42, 0, 10);

    public H264SubProfile SubProfile => ProfileIdc switch
    {
        0x42 => Has(0x40) ? H264SubProfile.ConstrainedBaseline : H264SubProfile.Baseline,
        0x4D => Has(0x80) ? H264SubProfile.ConstrainedBaseline : H264SubProfile.Main,
        0x58 => (Constraints & 0xC0) switch
        {
            0xC0 => H264SubProfile.ConstrainedBaseline,
            0x80 => H264SubProfile.Baseline,
            _ => H264SubProfile.Extended,
        },
        0x64 => (Constraints & 0x0C) == 0x0C ? H264SubProfile.ConstrainedHigh : H264SubProfile.High,
        0x6E => H264SubProfile.High10,
        0x7A => H264SubProfile.High422,
        0xF4 => H264SubProfile.High444Predictive,
        _ => H264SubProfile.Other,
    };

    /// <summary>Reads six hex digits; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out H264ProfileLevel value)
    {
        value = Default;
        if (text.Length != 6 || !uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits))
        {
            return false;
        }

        value = new H264ProfileLevel((byte)(bits >> 16), (byte)(bits >> 8), (byte)bits);
        return true;
    }

    /// <summary>Whether a stream of one fits a decoder of the other, levels aside.</summary>
    public bool HasSameProfile(H264ProfileLevel other) => SubProfile == other.SubProfile
        && (SubProfile != H264SubProfile.Other || (ProfileIdc == other.ProfileIdc && Constraints == other.Constraints));

    private bool Has(int flag) => (Constraints & flag) != 0;
}
