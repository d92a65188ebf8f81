using System.Diagnostics;
using Sylk.Conference.Headless.Joining;
using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Headless.Publishing;

namespace Sylk.Conference.Server.Tests.Storage;

/// <summary>A tone through the real media engine, and the longest time in which a player got nothing of it.</summary>
internal sealed class LiveMedia : IDisposable
{
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(5);

    private readonly PeerIdentity _identity = new(TimeProvider.System);
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http = new();
    private readonly HeadlessClient _source;
    private readonly HeadlessClient _player;
    private Thread[] _threads = [];
    private long _packets;
    private long _longestTicks;

    private LiveMedia()
    {
        _source = new HeadlessClient(_identity, new Publisher(new PublishPlan(Bitrate: 0), TimeProvider.System));
        _player = new HeadlessClient(_identity, null);
    }

    public long Packets => Interlocked.Read(ref _packets);

    public TimeSpan LongestGap => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _longestTicks));

    public static async Task<LiveMedia> StartAsync(Uri server, string room)
    {
        var media = new LiveMedia();
        await media.OpenAsync(media._source, offer => WhipClient.OpenAsync(media._http, new JoinTarget(server, room), offer, default), 0);
        await media.OpenAsync(media._player, offer => WhepClient.OpenAsync(media._http, new JoinTarget(server, room), offer, default), 1);
        media._threads = [new(() => media._source.Run(TimeSpan.FromHours(1), media._stop.Token)), new(media.Play)];
        Array.ForEach(media._threads, thread => thread.Start());
        return media;
    }

    public void Dispose()
    {
        _stop.Cancel();
        Array.ForEach(_threads, thread => thread.Join());
        _source.Dispose();
        _player.Dispose();
        _identity.Dispose();
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task OpenAsync(
        HeadlessClient client, Func<Protocols.Sdp.SessionDescription, Task<ISession>> open, int audioSlots)
    {
        var session = await open(PeerOffer.Create(client.Peer, client.Publisher?.Ssrcs ?? default, audioSlots, 0));
        Assert.True(client.Peer.Accept(MonotonicClock.Now, session.Answer));
    }

    private void Play()
    {
        var last = 0L;
        while (!_stop.IsCancellationRequested)
        {
            _player.Run(Slice, _stop.Token);
            var packets = _player.Receiver.Slots.Where(slot => slot.IsAudio).Sum(slot => slot.Counter.Received);
            var now = Stopwatch.GetTimestamp();
            if (packets != _packets)
            {
                if (last != 0 && now - last > _longestTicks)
                    Interlocked.Exchange(ref _longestTicks, now - last);
                last = now;
            }
            Interlocked.Exchange(ref _packets, packets);
        }
    }
}
