using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Sylk.Conference.Sfu.Diagnostics;

namespace Sylk.Conference.Sfu.Tests.Engine;

/// <summary>Voices of this process in a running engine, from threads of their own.</summary>
public sealed class LocalAudioTests
{
    private const string Room = "phones";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact(DisplayName = "A local voice is in the inventory, takes the room's orders, and ends with the room; epochs count when it is opened")]
    public async Task Orders()
    {
        var listener = new Facts();
        await using var engine = Start(listener);
        Assert.Equal(MediaErrorCode.RoomNotOpen, (await engine.OpenLocalAudioAsync(Room, 1)).Error!.Code);
        await engine.OpenRoomAsync(Room, 2, RoomMediaPolicy.Default);
        Assert.Equal(MediaErrorCode.StaleEpoch, (await engine.OpenLocalAudioAsync(Room, 1)).Error!.Code);
        var audio = (await engine.OpenLocalAudioAsync(Room, 2)).Audio!;
        var voice = await audio.PublishAsync("pt_1", "tr_1", false);
        Assert.Null(voice.Error);
        Assert.Equal([new PeerConnected(Room, 2, "pt_1", "local", "")], listener.All);

        var peer = Assert.Single((await engine.InventoryAsync(Room))!.Peers);
        Assert.Equal(("pt_1", "Connected", null), (peer.PeerId, peer.State, peer.RemoteAddress));
        var track = Assert.Single(peer.Tracks);
        Assert.Equal(("tr_1", TrackKind.Audio, TrackSource.Microphone), (track.TrackId, track.Kind, track.Source));
        Assert.True(audio.TrySend(voice.Number, new byte[50], 960, 30, true));
        await Until(() => listener.All.OfType<TrackStarted>().Any());
        Assert.Equal("opus", Assert.Single(Assert.Single((await engine.InventoryAsync(Room))!.Peers).Tracks).Codec);
        Assert.NotNull(await engine.StatisticsAsync(Room, "pt_1"));

        Assert.Null(await engine.SetTrackMutedAsync(Room, 2, "tr_1", true));
        Assert.Null(await engine.ClosePeerAsync(Room, 2, "pt_1"));
        Assert.False(audio.TrySend(voice.Number, new byte[50], 1_920, 30, false));
        Assert.False(audio.TrySend(99, new byte[50], 0, 30, false));
        Assert.Equal("tr_1", Assert.Single(listener.All.OfType<TrackEnded>()).TrackId);
        Assert.Empty((await engine.InventoryAsync(Room))!.Peers);

        var next = await audio.PublishAsync("pt_1", "tr_2", true);
        Assert.NotEqual(voice.Number, next.Number);
        Assert.False(audio.TrySend(next.Number, [], 0, 30, false));
        Assert.False(audio.TrySend(next.Number, new byte[1_276], 0, 30, false));
        Assert.True(audio.TrySend(next.Number, new byte[1_275], 0, 30, false));
        Assert.Throws<ArgumentOutOfRangeException>(() => audio.TryReceive(new byte[100], out _));
        Assert.Null(await engine.CloseRoomAsync(Room, 2));
        Assert.True(audio.IsClosed);
        Assert.Equal(MediaErrorCode.RoomNotOpen, (await audio.PublishAsync("pt_2", "tr_3", false)).Error!.Code);
        await audio.DisposeAsync();
        Assert.Equal(0, engine.Statistics.Peers);
    }

    [Fact(DisplayName = "A packet handed over wakes a sleeping shard: none waits for the shard's next look")]
    public async Task Wakes()
    {
        await using var engine = Start(new Facts());
        await engine.OpenRoomAsync(Room, 1, RoomMediaPolicy.Default);
        var (speaks, hears) = ((await engine.OpenLocalAudioAsync(Room, 1)).Audio!, (await engine.OpenLocalAudioAsync(Room, 1)).Audio!);
        var voice = (await speaks.PublishAsync("pt", "tr", false)).Number;
        var delays = new List<double>();
        var buffer = new byte[1_500];
        for (uint i = 0; i < 100; i++)
        {
            // Long enough for the shard to have stopped looking by itself.
            var rest = Stopwatch.StartNew();
            SpinWait.SpinUntil(() => rest.Elapsed > TimeSpan.FromMilliseconds(4), Patience);
            var began = Stopwatch.GetTimestamp();
            Assert.True(speaks.TrySend(voice, new byte[60], i * 960, 30, false));
            Assert.True(SpinWait.SpinUntil(() => hears.TryReceive(buffer, out _), Patience), "nothing came");
            delays.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        // Unwoken the shard would look after 200 ms, or when the room's timer of 300 ms comes up; the median leaves room for a busy machine.
        Assert.InRange(delays.Order().ElementAt(50), 0, 40);
    }

    [Fact(DisplayName = "Two threads and a shard: every packet that was taken arrives once, whole and in order, or is counted as dropped, while others come and go")]
    public async Task Stress()
    {
        const int Voices = 20;
        const int Rounds = 5_000;
        await using var engine = Start(new Facts());
        await engine.OpenRoomAsync(Room, 1, RoomMediaPolicy.Default with { LoudestN = 100 });
        var (speaks, hears) = ((await engine.OpenLocalAudioAsync(Room, 1)).Audio!, (await engine.OpenLocalAudioAsync(Room, 1)).Audio!);
        var numbers = new int[Voices];
        for (var i = 0; i < Voices; i++)
            numbers[i] = (await speaks.PublishAsync($"pt_{i}", $"tr_{i}", false)).Number;
        var taken = new long[Voices];
        var sender = new Thread(() => Send(speaks, numbers, taken, Rounds)) { IsBackground = true };
        var counts = new Received(Voices);
        using var stop = new CancellationTokenSource(Patience);
        var receiver = new Thread(() => counts.Run(hears, stop.Token)) { IsBackground = true };
        sender.Start();
        receiver.Start();
        for (var i = 0; sender.IsAlive; i++)
        {
            var passing = await speaks.PublishAsync($"passing_{i}", $"tr_p{i}", false);
            Assert.Null(passing.Error);
            if (i % 2 == 0)
                await speaks.UnpublishAsync(passing.Number);
            else
                Assert.Null(await engine.ClosePeerAsync(Room, 1, $"passing_{i}"));
        }

        var all = taken.Sum();
        await Until(() => counts.Packets + Dropped(engine, FlowDirection.Transmit) >= all);
        await stop.CancelAsync();
        Assert.True(receiver.Join(Patience));
        Assert.Empty(counts.Faults);
        Assert.Equal(all, counts.Packets + Dropped(engine, FlowDirection.Transmit));
        Assert.Equal((Voices * Rounds) - all, Dropped(engine, FlowDirection.Receive));
        Assert.True(counts.Packets > Voices * Rounds / 10, $"only {counts.Packets} of {Voices * Rounds} arrived");
        Assert.Equal(Voices, counts.Tracks);
        Assert.Equal(0, engine.Shards[0].Counters.TurnFailures);
        Assert.Equal(Voices, (await engine.InventoryAsync(Room))!.Peers.Length);
    }

    private static long Dropped(MediaEngine engine, FlowDirection direction) =>
        engine.Shards.Sum(shard => shard.Counters.Dropped(DropReason.LocalRingFull, direction, DropKind.Audio));

    /// <summary>All voices in turn, as fast as they are taken; now and then a pause in which the shard falls asleep.</summary>
    private static void Send(ILocalAudio audio, int[] voices, long[] taken, int rounds)
    {
        var payload = new byte[80];
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < voices.Length; i++)
            {
                BinaryPrimitives.WriteInt32BigEndian(payload, i);
                BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(4), round);
                payload.AsSpan(8).Fill((byte)(i + round));
                if (audio.TrySend(voices[i], payload.AsSpan(0, 40 + i), (uint)round * 960, 30, round == 0))
                    taken[i]++;
            }

            if (round % 50 == 0)
                Thread.Yield();
            if (round % 500 == 0)
                Thread.SpinWait(200_000);
        }
    }

    private static Task Until(Func<bool> condition) =>
        Task.Run(() => Assert.True(SpinWait.SpinUntil(condition, Patience), "it did not come to that"));

    private static MediaEngine Start(IMediaListener listener) => MediaEngine.Start(
        new MediaEngineOptions { UdpPort = 0, TcpPort = 0, Shards = 1 }, listener, NullLoggerFactory.Instance);

    /// <summary>The listening thread's side of the stress test.</summary>
    private sealed class Received(int voices)
    {
        private readonly int[] _rounds = [.. Enumerable.Repeat(-1, voices)];
        private readonly long[] _sequences = new long[voices];
        private readonly int[] _tracks = new int[voices];
        private long _packets;

        public long Packets => Volatile.Read(ref _packets);

        public int Tracks => _tracks.Where(track => track != 0).Distinct().Count();

        public ConcurrentQueue<string> Faults { get; } = new();

        public void Run(ILocalAudio audio, CancellationToken stop)
        {
            var buffer = new byte[1_500];
            while (!stop.IsCancellationRequested)
            {
                if (!audio.TryReceive(buffer, out var packet))
                    Thread.Yield();
                else if (!packet.HasEnded)
                    Take(packet, buffer.AsSpan(0, packet.Length));
            }
        }

        private void Take(in LocalAudioPacket packet, ReadOnlySpan<byte> payload)
        {
            var (voice, round) = (BinaryPrimitives.ReadInt32BigEndian(payload), BinaryPrimitives.ReadInt32BigEndian(payload[4..]));
            if (payload.Length != 40 + voice || payload[8..].ContainsAnyExcept((byte)(voice + round)) || packet.Timestamp != (uint)round * 960)
                Faults.Enqueue($"a packet of voice {voice} is not whole");
            if (round <= _rounds[voice] || packet.Sequence <= _sequences[voice])
                Faults.Enqueue($"voice {voice}: round {round} after {_rounds[voice]}");
            if (_tracks[voice] != 0 && _tracks[voice] != packet.Track)
                Faults.Enqueue($"voice {voice} came under two numbers");
            (_rounds[voice], _sequences[voice], _tracks[voice]) = (round, packet.Sequence, packet.Track);
            Volatile.Write(ref _packets, _packets + 1);
        }
    }

    private sealed class Facts : IMediaListener
    {
        private readonly ConcurrentQueue<MediaFact> _facts = new();

        public IEnumerable<MediaFact> All => _facts;

        public void OnFact(MediaFact fact) => _facts.Enqueue(fact);

        public void OnSignal(MediaSignal signal)
        {
        }
    }
}
