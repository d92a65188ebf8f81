using Sylk.Conference.Protocols.Payloads;
using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Sfu.Routing;

namespace Sylk.Conference.Sfu.Peers;

/// <summary>Reads from a payload what routing needs: can a receiver start here, and which descriptor fields a switch must continue.</summary>
internal static class PayloadInspection
{
    public static void Inspect(ReadOnlySpan<byte> payload, IngressStream stream, ref PacketFacts facts)
    {
        facts.PayloadLength = (ushort)payload.Length;
        switch (facts.Codec.Family)
        {
            case CodecFamily.Vp8:
                if (Vp8Descriptor.TryParse(payload, out facts.Vp8))
                {
                    facts.IsSwitchPoint = facts.Vp8.IsKeyframeStart;
                    stream.HasShortPictureId = facts.Vp8.HasPictureId && !facts.Vp8.HasLongPictureId;
                }

                break;
            case CodecFamily.Vp9:
                if (Vp9Descriptor.TryParse(payload, out facts.Vp9))
                    facts.IsSwitchPoint = facts.Vp9.IsKeyframeStart;
                break;
            case CodecFamily.H264:
                facts.IsSwitchPoint = H264Payload.IsKeyframeStart(payload);
                break;
            case CodecFamily.Av1:
                facts.IsSwitchPoint = Av1Payload.IsKeyframeStart(payload);
                break;
            default:
                facts.IsSwitchPoint = false;
                break;
        }
    }
}
