using System.Globalization;
using System.Text.Json;
using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Headless.Receiving;

namespace Sylk.Conference.Headless.Cli;

/// <summary>What a run measured, for people and for programs.</summary>
internal sealed record Report
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    public required string State { get; init; }
    public double ConnectMs { get; init; }
    public double FirstMediaMs { get; init; }
    public long PacketsSent { get; init; }
    public long PacketsResent { get; init; }
    public long KeyframesSent { get; init; }
    public long PacketsReceived { get; init; }
    public long AudioPackets { get; init; }
    public long VideoPackets { get; init; }
    public long RepairPackets { get; init; }
    public long Lost { get; init; }
    public long Duplicates { get; init; }
    public long Refused { get; init; }
    public long FramesBegun { get; init; }
    public long FramesComplete { get; init; }
    public double DelayP50Ms { get; init; }
    public double DelayP99Ms { get; init; }
    public double DelayP999Ms { get; init; }

    public static Report From(HeadlessClient client)
    {
        var (peer, receiver, slots) = (client.Peer, client.Receiver, client.Receiver.Slots);
        var media = slots.Where(slot => !slot.IsRepair).ToList();
        return new Report
        {
            State = peer.State.ToString(),
            ConnectMs = Elapsed(peer, peer.ConnectedAt),
            FirstMediaMs = Elapsed(peer, receiver.FirstMediaAt),
            PacketsSent = client.Publisher?.PacketsSent ?? 0,
            PacketsResent = client.Publisher?.PacketsResent ?? 0,
            KeyframesSent = client.Publisher?.KeyframesSent ?? 0,
            PacketsReceived = media.Sum(slot => slot.Counter.Received),
            AudioPackets = media.Where(slot => slot.IsAudio).Sum(slot => slot.Counter.Received),
            VideoPackets = media.Where(slot => !slot.IsAudio).Sum(slot => slot.Counter.Received),
            RepairPackets = slots.Where(slot => slot.IsRepair).Sum(slot => slot.Counter.Received),
            Lost = media.Sum(slot => slot.Counter.Lost),
            Duplicates = media.Sum(slot => slot.Counter.Duplicates),
            Refused = receiver.Refused,
            FramesBegun = media.Sum(slot => slot.Frames.Begun),
            FramesComplete = media.Sum(slot => slot.Frames.Complete),
            DelayP50Ms = Round(receiver.Delays, 0.5),
            DelayP99Ms = Round(receiver.Delays, 0.99),
            DelayP999Ms = Round(receiver.Delays, 0.999),
        };
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        {State}: connected after {ConnectMs:F1} ms, first media after {FirstMediaMs:F1} ms
        sent      {PacketsSent} packets, {KeyframesSent} keyframes, {PacketsResent} sent again
        received  {AudioPackets} audio + {VideoPackets} video packets, {RepairPackets} repairs
                  {Lost} lost, {Duplicates} twice, {Refused} refused
        frames    {FramesComplete} complete of {FramesBegun}
        delay     p50 {DelayP50Ms:F3} ms, p99 {DelayP99Ms:F3} ms, p99.9 {DelayP999Ms:F3} ms
        """);

    private static double Round(DelayHistogram delays, double share) => Math.Round(delays.Milliseconds(share), 4);

    /// <summary>Since the answer; -1 when it never happened.</summary>
    private static double Elapsed(HeadlessPeer peer, Protocols.Instant then) =>
        then == Protocols.Instant.Never ? -1 : Math.Round((then.Nanoseconds - peer.AcceptedAt.Nanoseconds) / 1e6, 2);
}
