using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Routing.Assignment;

/// <summary>What a track's publisher was told last.</summary>
internal struct HintState
{
    /// <summary>The highest size asked for; <see cref="PublishHints.Nobody"/> for none.</summary>
    public int Wanted;

    /// <summary>Since when less is needed; never while it is not.</summary>
    public Instant LessSince;

    public Instant ToldAt;
}

/// <summary>
/// Tells publishers which of their encodings somebody needs (product §7.4): more at once, less when it has been so for three
/// seconds. A viewer needs what fits its picture and everything below it, for the day its link gets worse.
/// </summary>
internal sealed class PublishHints(RoomRouter room)
{
    public const int Nobody = -1;
    private const int Everything = 2;
    private const int LessAfterMs = 3_000;

    /// <summary>A hint may be lost with the publisher's signalling; what does not come is asked for again.</summary>
    private const int AgainAfterMs = 5_000;
    private static readonly int[] Rates = [150_000, 450_000, int.MaxValue];
    private static readonly int[] Heights = [180, 360, int.MaxValue];

    public static HintState Initial => new() { Wanted = Everything, LessSince = Instant.Never };

    public void CheckAll(Instant now)
    {
        foreach (var track in room.Tracks)
            Check(now, track);
    }

    public void Check(Instant now, Track track)
    {
        // The first packet tells others of the track: until then nobody can want it.
        if (track.Kind != TrackKind.Video || !track.IsStarted)
            return;
        var wanted = WantedOf(track);
        if (track.Relayed is { } relayed)
        {
            relayed.WantSize(wanted);
            return;
        }

        ref var hint = ref track.Hint;
        if (wanted == hint.Wanted)
        {
            hint.LessSince = Instant.Never;
            if (hint.ToldAt != default && now >= hint.ToldAt.PlusMilliseconds(AgainAfterMs) && Misses(now, track, wanted))
                Tell(now, track, wanted);
            return;
        }

        if (wanted < hint.Wanted)
        {
            if (hint.LessSince == Instant.Never)
                hint.LessSince = now;
            if (now < hint.LessSince.PlusMilliseconds(LessAfterMs))
                return;
        }

        hint.Wanted = wanted;
        hint.LessSince = Instant.Never;
        Tell(now, track, wanted);
    }

    private static int WantedOf(Track track)
    {
        var wanted = track.Relay?.WantedSize ?? Nobody;
        foreach (var slot in track.Sinks)
            wanted = Math.Max(wanted, Math.Min(slot.WantedLayer, Everything));
        // Text on a screen is read in whatever size it is shown.
        return wanted > Nobody && track.Source == TrackSource.Screen ? Everything : wanted;
    }

    private static bool Misses(Instant now, Track track, int wanted)
    {
        for (var i = 0; i <= wanted && i < track.Layers.Length && !track.Muted; i++)
            if (track.Layers[i] is not { } stream || !stream.IsActive(now))
                return true;
        return false;
    }

    private void Tell(Instant now, Track track, int wanted)
    {
        track.Hint.ToldAt = now;
        var active = wanted == Nobody ? 0 : Math.Min(wanted + 1, track.Rids.Length);
        var rate = wanted == Nobody ? 0 : Math.Min(Rates[wanted], track.MaxBitrateBps);
        room.Listener.OnSignal(new PublishHinted(
            room.Name, track.Owner.Id, track.Id, [.. track.Rids[..active]], wanted == Nobody ? 0 : Heights[wanted], rate)
        {
            Epoch = room.Epoch,
        });
    }
}
