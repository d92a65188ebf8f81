using Sylk.Conference.Audio;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>From what was agreed on to what the mixer encodes.</summary>
internal static class PhoneFormats
{
    private const int LeastOpusBitrate = 6_000;

    public static VoiceCodec ToVoice(LegCodec codec) => codec switch
    {
        LegCodec.Opus => VoiceCodec.Opus,
        LegCodec.G722 => VoiceCodec.G722,
        LegCodec.Pcmu => VoiceCodec.Pcmu,
        _ => VoiceCodec.Pcma,
    };

    /// <param name="audio">What was agreed on.</param>
    /// <param name="bitrate">Ours, bits per second.</param>
    /// <param name="lossPercent">What they lose of our packets.</param>
    public static VoiceFormat Of(LegAudio audio, int bitrate, double lossPercent)
    {
        var format = audio.Formats[0];
        if (format.Codec != LegCodec.Opus)
        {
            return new VoiceFormat(ToVoice(format.Codec), audio.PacketMs, 0, false, audio.ComfortNoise is not null, 0);
        }

        var most = Math.Min(format.Wishes.Number("maxaveragebitrate", int.MaxValue), audio.MaxBitrateBps ?? int.MaxValue);
        var isFecWanted = format.Wishes.Number("useinbandfec", 0) == 1;
        var isDtxWanted = format.Wishes.Number("usedtx", 0) == 1;
        return new VoiceFormat(
            VoiceCodec.Opus, audio.PacketMs, Math.Max(LeastOpusBitrate, Math.Min(bitrate, most)), isFecWanted, isDtxWanted,
            isFecWanted ? Coarse(lossPercent) : 0);
    }

    /// <summary>Few steps, so that many phones share an encoder; 20 is the most that helps.</summary>
    private static int Coarse(double lossPercent) => lossPercent switch
    {
        < 1 => 0,
        < 7 => 5,
        < 15 => 10,
        _ => 20,
    };
}
