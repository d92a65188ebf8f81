using System.Net;
using System.Net.Sockets;

namespace Sylk.Conference.Protocols.Sdp;

/// <summary>Writes our side of a leg's descriptions.</summary>
internal static class LegSectionWriter
{
    /// <summary>A section nobody wants: port 0, its protocol and one format, nothing else (RFC 3264 section 6).</summary>
    public static MediaDescription Rejected(LegSection section, bool withMid)
    {
        var media = new MediaDescription(section.Kind, section.Protocol) { Port = 0, Formats = { section.Format } };
        media.Mid = withMid ? section.Mid : null;
        return media;
    }

    /// <summary>Port, formats and keys of the sound section.</summary>
    public static MediaDescription Audio(LegAudio audio, LegCapabilities ours, IEnumerable<CryptoLine> keys, SetupRole? setup)
    {
        var media = new MediaDescription("audio", audio.Protocol) { Port = ours.Port, Mid = audio.Mid };
        WriteFormats(media, audio, ours);
        media.PacketTime = 20;
        media.MaxPacketTime = 60;
        WriteStream(media, audio, ours, keys, setup);
        return media;
    }

    /// <summary>The same of the video section.</summary>
    public static MediaDescription Video(LegVideo video, LegCapabilities ours, IEnumerable<CryptoLine> keys, SetupRole? setup)
    {
        var media = new MediaDescription("video", video.Protocol) { Port = ours.Video!.Port, Mid = video.Mid };
        media.Bandwidths.Add(new SdpBandwidth("AS", (ulong)ours.Video.MostKilobits));
        foreach (var format in video.Formats)
        {
            Map(media, format.ReceivePayloadType, LegVideoCodecs.NameOf(format.Codec), 90_000, 1);
            if (!format.Ours.IsEmpty)
            {
                media.Attributes.Add(new FormatLine(format.ReceivePayloadType, format.Ours));
            }

            foreach (var feedback in format.Feedback)
            {
                media.Attributes.Add(new RtcpFeedback(format.ReceivePayloadType, feedback));
            }
        }

        WriteStream(media, video, ours, keys, setup);
        return media;
    }

    /// <summary>Credentials and candidates where ICE was agreed on or is offered; a mismatch where there is one.</summary>
    /// <param name="media">Gets them.</param>
    /// <param name="stream">What it carries.</param>
    /// <param name="ours">Our end.</param>
    /// <param name="address">Where we are reached.</param>
    /// <param name="offersMux">It asks for RTCP mux: who does not know that is told where RTCP goes (RFC 5761 section 5.1.3).</param>
    public static MediaDescription WithIce(MediaDescription media, LegStream stream, LegCapabilities ours, IPAddress address, bool offersMux = false)
    {
        if (stream.IceMode != LegIceMode.None)
        {
            WriteIce(media, ours, address, withRtcp: !stream.RtcpMux || offersMux);
            if (offersMux)
            {
                media.Attributes.Add("rtcp", $"{media.Port + 1}");
            }
        }
        else if (stream.IceMismatch)
        {
            media.Attributes.Add("ice-mismatch", null);
        }

        return media;
    }

    private static void WriteIce(MediaDescription media, LegCapabilities ours, IPAddress address, bool withRtcp)
    {
        media.IceUfrag = ours.IceUfrag;
        media.IcePwd = ours.IcePwd;
        var (high, low) = ((126u << 24) | (65535u << 8) | 255, (126u << 24) | (65535u << 8) | 254);
        media.Attributes.Add("candidate", $"1 1 UDP {high} {address} {media.Port} typ host");
        if (withRtcp)
        {
            media.Attributes.Add("candidate", $"1 2 UDP {low} {address} {media.Port + 1} typ host");
        }
    }

    /// <summary>Puts the sections together; the version rises when anything differs from the text before (RFC 3264 section 8).</summary>
    public static (SessionDescription Session, ulong Version, string Text) Finish(
        SessionDescription session, LegCapabilities ours, IPAddress address, LegDescription? before)
    {
        var connection = new SdpConnection("IN", address.AddressFamily == AddressFamily.InterNetworkV6 ? "IP6" : "IP4", address.ToString());
        session.Connection = connection;
        session.Origin = new SdpOrigin("-", ours.SessionId, 0, connection);
        var text = SdpPrinter.Print(session);
        var version = before is null ? 1 : before.Text == text ? before.Version : before.Version + 1;
        session.Origin = session.Origin with { Version = version };
        return (session, version, text);
    }

    private static void WriteStream(
        MediaDescription media, LegStream stream, LegCapabilities ours, IEnumerable<CryptoLine> keys, SetupRole? setup)
    {
        media.Direction = stream.Direction;
        media.RtcpMux = stream.RtcpMux;
        foreach (var line in keys)
        {
            media.Attributes.Add(line);
        }

        if (setup is { } role && ours.Fingerprint is { } fingerprint)
        {
            media.Attributes.Add(fingerprint);
            media.Setup = role;
        }
    }

    private static void WriteFormats(MediaDescription media, LegAudio audio, LegCapabilities ours)
    {
        foreach (var format in audio.Formats)
        {
            Map(media, format.ReceivePayloadType, format.Codec.Name, format.Codec.ClockRate, format.Codec.Channels);
            if (format.Codec == LegCodec.Opus)
            {
                var parameters = $"minptime=10;useinbandfec=1;maxaveragebitrate={ours.OpusBitrate};stereo=0;sprop-stereo=0;usedtx=0";
                media.Attributes.Add(new FormatLine(format.ReceivePayloadType, new FormatParameters(parameters)));
            }
        }

        if (audio.ComfortNoise is { } noise)
        {
            Map(media, noise, "CN", 8_000, 1);
        }

        foreach (var keys in audio.Keys)
        {
            Map(media, keys.ReceivePayloadType, LegCodecs.TelephoneEvent, keys.ClockRate, 1);
            media.Attributes.Add(new FormatLine(keys.ReceivePayloadType, new FormatParameters(LegCodecs.KeyRange)));
        }
    }

    private static void Map(MediaDescription media, int payloadType, string name, int clockRate, int channels)
    {
        media.Formats.Add(SdpText.Format(payloadType));
        media.Attributes.Add(new RtpMap(payloadType, name, clockRate, channels));
    }
}
