using Sylk.Conference.Sfu;
using Sylk.Conference.TestKit.Simulation;

namespace Sylk.Conference.Simulation.Tests;

/// <summary>What must hold in every call.</summary>
internal static class Expect
{
    /// <summary>Everybody who publishes is heard and seen, now, by everybody else who has a place for it.</summary>
    public static void Meeting(params WirePeer[] peers)
    {
        foreach (var viewer in peers)
        {
            foreach (var other in peers)
            {
                if (other == viewer)
                    continue;
                var hears = viewer.Shape.AudioSlots == 0 || other.Microphone is null || viewer.Hears(other) is not null;
                var sees = viewer.Shape.VideoSlots == 0 || other.Camera is null || viewer.Sees(other) is not null;
                Assert.True(hears && sees, $"{viewer.Id} {(hears ? "hears" : "does not hear")} and {(sees ? "sees" : "does not see")} {other.Id}");
            }
        }
    }

    /// <summary>The invariants of every slot, whatever the network did.</summary>
    public static void Sound(World world)
    {
        Assert.All(world.Shards, shard => Assert.Equal(0, shard.Counters.TurnFailures));
        foreach (var peer in world.Peers)
        {
            Assert.Equal(0, peer.Unexpected);
            Assert.Equal(1, peer.Offers);
            foreach (var slot in peer.Slots)
                Slot(peer, slot);
        }
    }

    /// <summary>Voice and picture of one person lie within 20 ms of each other on the line the reports draw (E.14).</summary>
    public static void LipSync(WirePeer viewer, WirePeer speaker)
    {
        var (voice, picture) = (viewer.Hears(speaker)!, viewer.Sees(speaker)!);
        Assert.True(voice.HasReport && picture.HasReport, "no sender report came");
        Assert.True(
            Math.Abs(voice.ClockErrorMs - picture.ClockErrorMs) <= 20,
            $"{viewer.Id} plays {speaker.Id} {voice.ClockErrorMs - picture.ClockErrorMs:F1} ms out of step");
    }

    public static void Connected(World world) =>
        Assert.Equal(world.Peers.Count, world.Listener.Facts.OfType<PeerConnected>().Count());

    private static void Slot(WirePeer peer, ReceivedSlot slot)
    {
        var name = $"{peer.Id}, section {slot.Mid}";
        Assert.True(slot.Reused == 0, $"{name}: {slot.Reused} sequence numbers used twice");
        Assert.True(slot.WrongPayloads == 0, $"{name}: {slot.WrongPayloads} payloads of the wrong person");
        Assert.True(slot.TimestampsBackwards == 0, $"{name}: {slot.TimestampsBackwards} timestamps went back");
        if (slot.Picture is not { } picture)
            return;
        Assert.True(picture.PictureIdFaults == 0, $"{name}: {picture.PictureIdFaults} faults in picture ids: {picture.PictureIdFault}");
        Assert.True(picture.TimestampFaults == 0, $"{name}: {picture.TimestampFaults} faults in frame timestamps");
    }
}
