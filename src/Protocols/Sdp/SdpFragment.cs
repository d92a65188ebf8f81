namespace Sylk.Conference.Protocols.Sdp;

/// <summary>
/// The body <c>application/trickle-ice-sdpfrag</c> (RFC 8840 §9), which WHIP and WHEP use for trickle and ICE restart (RFC
/// 9725 §4.3): credentials and options at the top, then a pseudo section for each mid with its candidates.
/// </summary>
public sealed class SdpFragment : SdpSection
{
    public const string MediaType = "application/trickle-ice-sdpfrag";

    public List<MediaDescription> Media { get; } = [];

    /// <summary>Starts a pseudo section; the caller adds candidates to its attributes.</summary>
    public MediaDescription AddSection(string mid, MediaKind kind)
    {
        var section = new MediaDescription(kind, "RTP/AVP") { Mid = mid, Formats = { "0" } };
        Media.Add(section);
        return section;
    }

    public override string ToString() => SdpPrinter.Print(this);
}
