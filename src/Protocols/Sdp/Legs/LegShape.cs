using System.Collections.Immutable;

namespace Sylk.Conference.Protocols.Sdp;

/// <summary>The sections a call has, for an end that comes into it later: they keep their order, and none is dropped (RFC 3264 section 8).</summary>
/// <param name="Sections">All m-lines.</param>
/// <param name="AudioIndex">Which of them carries sound; −1 when none does.</param>
/// <param name="VideoIndex">Which of them carries the camera; −1 when none does.</param>
public sealed record LegShape(ImmutableArray<LegSection> Sections, int AudioIndex, int VideoIndex)
{
    public static readonly LegShape None = new([], -1, -1);

    /// <summary>As their last description has it; nothing when it does not read.</summary>
    public static LegShape Of(string theirs)
    {
        if (!LegText.TryParse(theirs, out var session, out _))
        {
            return None;
        }

        var sections = session.Media.Select(media => new LegSection(media.KindName, media.Protocol, media.Formats[0], media.Mid)).ToImmutableArray();
        return new LegShape(sections, IndexOf(session, MediaKind.Audio), IndexOf(session, MediaKind.Video));
    }

    private static int IndexOf(SessionDescription session, MediaKind kind)
    {
        for (var i = 0; i < session.Media.Count; i++)
        {
            if (session.Media[i].Kind == kind && session.Media[i].Port != 0)
            {
                return i;
            }
        }

        return -1;
    }
}
