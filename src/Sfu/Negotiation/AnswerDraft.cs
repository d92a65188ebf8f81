using System.Collections.Immutable;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Sfu.Negotiation;

/// <summary>An answer as the shard decided it; turned into text by whoever asked, so that the media thread does not print.</summary>
internal sealed record AnswerDraft(
    MediaError? Error, int Sequence, SessionDescription? Description, ImmutableArray<PublishedTrack> Published, ImmutableArray<SlotSection> Slots)
{
    public static AnswerDraft Refused(MediaErrorCode code, string detail) => new(new MediaError(code, detail), 0, null, [], []);

    public PeerAnswer Complete() =>
        new(Error, Sequence, Description is null ? "" : SdpPrinter.Print(Description), Published, Slots);
}
