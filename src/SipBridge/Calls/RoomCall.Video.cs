using System.Collections.Immutable;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.SipBridge;

/// <content>Callers with a camera (section 9.11).</content>
internal abstract partial class RoomCall
{
    private ImmutableArray<string> _spotlight = [];

    /// <summary>Their camera becomes a track as the room permits; without one they still watch.</summary>
    private async Task EnterVideoAsync(ImmutableArray<TrackDeclaration> publish)
    {
        await Leg.EnterVideoAsync(publish.FirstOrDefault(track => track.Source == TrackSource.Camera)).ConfigureAwait(false);
        await Leg.PreferAsync(_spotlight).ConfigureAwait(false);
    }

    private Task NoteSpotlightAsync(ImmutableArray<string> tracks)
    {
        _spotlight = tracks;
        return Leg.HasVideo ? Leg.PreferAsync(tracks) : Task.CompletedTask;
    }

    /// <summary>For cameras that know no RTCP feedback; what they answer is all the same.</summary>
    private Task AskForPictureAsync() =>
        Tools.Endpoint.AskAsync((now, _) => Call.Send(now, SipMethod.Info, PictureUpdate.ContentType, PictureUpdate.Body));

    /// <summary>They cannot decode what they are shown.</summary>
    private sealed record PictureWanted;
}
