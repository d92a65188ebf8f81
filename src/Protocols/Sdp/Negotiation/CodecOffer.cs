namespace Sylk.Conference.Protocols.Sdp;

/// <summary>
/// One codec of a section: a payload type with everything said about it. <see cref="Feedback"/> holds rtcp-fb types
/// (<c>nack</c>, <c>nack pli</c>, <c>transport-cc</c> …); <see cref="RtxPayloadType"/> is the payload type of its
/// retransmissions, if there are any.
/// </summary>
public sealed record CodecOffer(int PayloadType, string Name, int ClockRate, int Channels = 1)
{
    public FormatParameters Parameters { get; init; } = FormatParameters.Empty;

    public IReadOnlyList<string> Feedback { get; init; } = [];

    public int? RtxPayloadType { get; init; }

    public bool IsNamed(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    public bool HasFeedback(string type)
    {
        foreach (var present in Feedback)
        {
            if (present.Equals(type, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>This codec with only those kinds of feedback that are also in <paramref name="known"/>.</summary>
    public CodecOffer WithFeedbackIn(IReadOnlyCollection<string> known) => this with
    {
        Feedback = [.. Feedback.Where(type => known.Contains(type, StringComparer.OrdinalIgnoreCase))],
    };
}
