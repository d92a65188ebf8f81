using System.Collections.Immutable;

namespace Sylk.Conference.Protocols.Sdp;

/// <summary>The video codecs of telephone legs.</summary>
public enum LegVideoCodec : byte { Vp8, H264 }

/// <summary>Our end of a leg's video.</summary>
public sealed record LegVideoEnd
{
    /// <summary>Of RTP; RTCP without mux is one above.</summary>
    public required int Port { get; init; }

    /// <summary>In order of preference.</summary>
    public ImmutableArray<LegVideoCodec> Codecs { get; init; } = [LegVideoCodec.Vp8, LegVideoCodec.H264];

    /// <summary>The most a camera is to send, kilobits per second.</summary>
    public int MostKilobits { get; init; } = 1_500;

    /// <summary>Our first offer has a section for it, also where nobody asked.</summary>
    public bool IsOffered { get; init; }
}

/// <summary>A video codec both ends have.</summary>
/// <param name="Codec">Which one.</param>
/// <param name="SendPayloadType">What we write.</param>
/// <param name="ReceivePayloadType">What they write.</param>
/// <param name="Theirs">Their fmtp: what they decode.</param>
/// <param name="Ours">Our fmtp.</param>
public sealed record LegVideoFormat(
    LegVideoCodec Codec, int SendPayloadType, int ReceivePayloadType, FormatParameters Theirs, FormatParameters Ours)
{
    /// <summary>Feedback that both ends know, as <c>rtcp-fb</c> has it.</summary>
    public ImmutableArray<string> Feedback { get; init; } = [];

    public bool HasFeedback(string type) => Feedback.Contains(type);

    /// <summary>For the room: what their camera sends.</summary>
    public CodecOffer AsSent => LegVideoCodecs.Describe(Codec, ReceivePayloadType, Theirs);

    public bool Equals(LegVideoFormat? other) => other is not null
        && (Codec, SendPayloadType, ReceivePayloadType, Theirs, Ours) == (other.Codec, other.SendPayloadType, other.ReceivePayloadType, other.Theirs, other.Ours)
        && Feedback.SequenceEqual(other.Feedback);

    public override int GetHashCode() => HashCode.Combine(Codec, SendPayloadType, ReceivePayloadType, Theirs);
}

/// <summary>The agreed video section.</summary>
public sealed record LegVideo : LegStream
{
    /// <summary>Without being told more: 640×360 (VID-2), bits per second.</summary>
    public const int UsualBitrateBps = 500_000;

    /// <summary>At least one; any of them may come and go at any time.</summary>
    public required ImmutableArray<LegVideoFormat> Formats { get; init; }

    /// <summary>We may show them something.</summary>
    public bool MayShow => Direction is MediaDirection.SendRecv or MediaDirection.SendOnly;

    /// <summary>Their camera may be shown. Who only sends does not hold us: such a camera has no screen.</summary>
    public bool MaySee => Direction is MediaDirection.SendRecv or MediaDirection.RecvOnly;

    public bool TakesPli => Formats.Any(static format => format.HasFeedback(LegVideoCodecs.Pli));

    public bool TakesFir => Formats.Any(static format => format.HasFeedback(LegVideoCodecs.Fir));

    /// <summary>Lines of the picture they are to be sent, by what they take and decode (VID-2).</summary>
    public int Lines
    {
        get
        {
            const int Small = 180, Middle = 360, Large = 720;
            var byRate = (MaxBitrateBps ?? UsualBitrateBps) switch { < 300_000 => Small, < 1_200_000 => Middle, _ => Large };
            return Math.Min(byRate, Formats.Min(LegVideoCodecs.MostLines));
        }
    }
}
