using System.Collections.Immutable;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Signalling;

/// <summary>Checks of a client's offer that need no room (limit L22).</summary>
internal static class Offers
{
    public const int MaxSdp = 256 * 1024;
    private const int MaxSections = 128;
    private const int MaxMid = 32;
    private const int MaxLabel = 64;

    public static Refusal? Check(NegotiateBody offer)
    {
        if (offer.Sdp is not { Length: > 0 and <= MaxSdp })
            return Invalid("sdp is missing or too long.");
        if (offer.Seq < 1)
            return Invalid("seq counts from 1.");
        if (offer.Publish is { Length: > MaxSections } || offer.Unpublish is { Length: > MaxSections })
            return Invalid("too many sections.");
        if (offer.Publish?.All(IsPublish) == false)
            return Invalid("publish: each entry needs a mid; names have at most 64 characters.");
        return offer.Unpublish?.All(IsMid) == false ? Invalid("unpublish: not a list of mids.") : null;
    }

    public static ImmutableArray<TrackDeclaration> Declarations(NegotiateBody? offer) => offer?.Publish is not { } publish
        ? []
        : [.. publish.Select(p => new TrackDeclaration(p.Mid!, p.Source, p.Muted, p.Simulcast, p.Name, p.ContentHint))];

    private static bool IsPublish(PublishBody? publish) => publish is not null && IsMid(publish.Mid)
        && publish.Name is not { Length: > MaxLabel } && publish.ContentHint is not { Length: > MaxLabel };

    private static bool IsMid(string? mid) => mid is { Length: > 0 and <= MaxMid };

    private static Refusal Invalid(string detail) => new(ErrorCodes.ValidationFailed, detail);
}
