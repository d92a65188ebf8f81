using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>A media fact on its way to the room that must put it in order.</summary>
[GenerateSerializer, Immutable, Alias("sylk.MediaReport")]
public abstract record MediaReport([property: Id(0)] long Epoch, [property: Id(1)] string ParticipantId)
{
    public static MediaReport? From(MediaFact fact) => fact switch
    {
        PeerConnected f => new PathUp(f.Epoch, f.PeerId),
        PeerLost f => new PathDown(f.Epoch, f.PeerId),
        TrackStarted f => new TrackLive(f.Epoch, f.PeerId, f.TrackId, f.Kind, f.Source, f.Codec, f.Muted),
        TrackEnded f => new TrackGone(f.Epoch, f.PeerId, f.TrackId),
        _ => null,
    };
}

[GenerateSerializer, Immutable, Alias("sylk.PathUp")]
public sealed record PathUp(long Epoch, string ParticipantId) : MediaReport(Epoch, ParticipantId);

[GenerateSerializer, Immutable, Alias("sylk.PathDown")]
public sealed record PathDown(long Epoch, string ParticipantId) : MediaReport(Epoch, ParticipantId);

[GenerateSerializer, Immutable, Alias("sylk.TrackLive")]
public sealed record TrackLive(
    long Epoch, string ParticipantId, [property: Id(0)] string TrackId, [property: Id(1)] TrackKind Kind, [property: Id(2)] TrackSource Source,
    [property: Id(3)] string Codec, [property: Id(4)] bool Muted) : MediaReport(Epoch, ParticipantId);

[GenerateSerializer, Immutable, Alias("sylk.TrackGone")]
public sealed record TrackGone(long Epoch, string ParticipantId, [property: Id(0)] string TrackId) : MediaReport(Epoch, ParticipantId);
