using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Routing.Local;

namespace Sylk.Conference.Sfu.Peers;

/// <summary>What goes to a receiver without a path: to code of this process, or nowhere.</summary>
internal sealed partial class EgressPipeline
{
    private readonly byte[] _handed = new byte[2048];

    private void HandOver(Peer receiver)
    {
        var video = receiver.Voice?.Video;
        foreach (ref readonly var item in receiver.Pending.Items)
        {
            if (video is null)
                counters.Drop(DropReason.NotConnected, FlowDirection.Transmit, (DropKind)item.Slot.Kind);
            else
                HandOver(video, item);
        }
    }

    private void HandOver(VideoEndpoint video, in PendingPacket item)
    {
        if (!item.Source.History.TryGet(item.SourceSequence, out var stored) || stored.Payload.Length > VideoEndpoint.MostOctets)
        {
            counters.Drop(DropReason.HistoryOverwritten, FlowDirection.Transmit, DropKind.Video);
            return;
        }

        var length = WritePayload(_handed, item, stored, retransmission: false);
        item.Slot.PacketsSent++;
        item.Slot.OctetsSent += (uint)length;
        counters.PacketsForwarded++;
        video.Deliver(item, _handed.AsSpan(0, length));
    }
}
