using Microsoft.Extensions.Logging;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Dtls;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>The phones of this node: threads, ports and keys behind <see cref="ILegEngine"/>. Safe from any thread.</summary>
public sealed class PhoneEngine : ILegEngine, IAsyncDisposable
{
    private readonly PhoneParts _parts;
    private readonly PortPool _pool;
    private readonly PhoneThread[] _threads;
    private readonly RoomHomes _homes;
    private readonly OpenLocalAudio _open;
    private readonly DtlsIdentity? _identity;

    /// <param name="settings">Addresses, ports, codecs.</param>
    /// <param name="engine">Browsers' voices come from there and phones' go there.</param>
    /// <param name="listener">Hears of keys, ends and silence, on phone threads.</param>
    /// <param name="loggers">Faults and strangers.</param>
    /// <param name="time">For the clock in reports and the age of our certificate.</param>
    public PhoneEngine(PhoneSettings settings, IMediaEngine engine, ILegListener listener, ILoggerFactory loggers, TimeProvider time)
        : this(settings, engine.OpenLocalAudioAsync, engine.OpenLocalVideoAsync, listener, loggers, time)
    {
    }

    internal PhoneEngine(
        PhoneSettings settings, OpenLocalAudio open, OpenLocalVideo openVideo, ILegListener listener, ILoggerFactory loggers, TimeProvider time)
    {
        _open = open;
        var log = loggers.CreateLogger<PhoneEngine>();
        var dtls = new DtlsRoles(null, null);
        if (DtlsContext.IsSupported)
        {
            _identity = DtlsIdentity.Create(time.GetUtcNow() - TimeSpan.FromDays(1));
            dtls = new DtlsRoles(new DtlsContext(_identity, DtlsRole.Server), new DtlsContext(_identity, DtlsRole.Client));
        }
        else
        {
            Log.NoDtls(log);
        }

        var fingerprint = _identity is null ? null : Fingerprint.FromHash(_identity.Fingerprint.Algorithm, _identity.Fingerprint.Value.AsSpan());
        _pool = PortPool.Of(settings);
        _parts = new PhoneParts(settings, dtls, fingerprint, listener) { Time = time, Log = log, Pool = _pool, OpenVideo = openVideo };
        _threads = [.. Enumerable.Range(0, Math.Max(1, settings.Threads)).Select(number => new PhoneThread(number, _pool, settings.Mixer.Complexity, log))];
        _homes = new RoomHomes(_threads);
    }

    /// <summary>Legs served now, in the lobby or in a mix.</summary>
    public int LegCount => _threads.Sum(thread => thread.LegCount);

    /// <summary>Ticks left out because a thread was late (<c>mixer.overrun</c>).</summary>
    public long Overruns => _threads.Sum(thread => thread.Overruns);

    public async ValueTask<LegAnswer> NegotiateAsync(LegOffer offer)
    {
        return await AskAsync(offer.Room, (now, thread) => Negotiate(now, thread, offer)).ConfigureAwait(false)
            ?? LegAnswer.Refused(MediaErrorCode.Overloaded, "too many orders wait");
    }

    public async ValueTask<MediaError?> OrderAsync(LegOrder order)
    {
        var done = await AskAsync(order.Room, (now, thread) => new Outcome(Obey(now, thread, order))).ConfigureAwait(false);
        return done is null ? new MediaError(MediaErrorCode.Overloaded, "too many orders wait") : done.Error;
    }

    public async ValueTask<MediaError?> CloseAsync(string room, long epoch, string legId)
    {
        var done = await AskAsync(room, (now, thread) => new Outcome(Close(now, thread, room, legId))).ConfigureAwait(false);
        return done is null ? new MediaError(MediaErrorCode.Overloaded, "too many orders wait") : done.Error;
    }

    /// <summary>Says goodbye on all legs; takes no longer than a tick.</summary>
    public ValueTask DisposeAsync()
    {
        foreach (var thread in _threads)
        {
            thread.Dispose();
        }

        _parts.Dtls.Server?.Dispose();
        _parts.Dtls.Client?.Dispose();
        _identity?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs on the room's thread between two ticks.</summary>
    /// <returns>Null when the thread has too much to do, or is stopping.</returns>
    private async Task<T?> AskAsync<T>(string room, Func<Instant, PhoneThread, T> act)
        where T : class
    {
        var answer = new TaskCompletionSource<T?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = _homes.Enter(room);
        var isPosted = thread.TryPost(now =>
        {
            try
            {
                answer.SetResult(act(now, thread));
            }
            finally
            {
                _homes.Leave(room, thread.Find(room) is not null);
                answer.TrySetResult(null);
            }
        });
        if (!isPosted)
        {
            _homes.Leave(room, null);
            return null;
        }

        return await answer.Task.ConfigureAwait(false);
    }

    private LegAnswer Negotiate(Instant now, PhoneThread thread, LegOffer offer)
    {
        var room = thread.Find(offer.Room) ?? AddRoom(now, thread, offer.Room);
        if (room.Enter(offer.Epoch) is { } stale)
        {
            return LegAnswer.Refused(stale.Code, stale.Detail);
        }

        var isNew = room.Find(offer.LegId) is null;
        var answer = room.Find(offer.LegId) is { } leg ? leg.Negotiate(now, offer) : Begin(now, thread, room, offer);
        if (isNew && room.IsEmpty)
        {
            thread.Remove(room);
        }

        return answer;
    }

    private LegAnswer Begin(Instant now, PhoneThread thread, PhoneRoom room, LegOffer offer)
    {
        if (offer.IsAnswer)
        {
            return LegAnswer.Refused(MediaErrorCode.PeerUnknown, "no such leg");
        }

        if (thread.IsOverloaded)
        {
            return LegAnswer.Refused(MediaErrorCode.Overloaded, "no time is left for another leg");
        }

        if (_pool.TryTake() is not { } ports)
        {
            return LegAnswer.Refused(MediaErrorCode.Overloaded, "no port is free");
        }

        var leg = room.Add(offer.LegId, ports);
        var answer = leg.Negotiate(now, offer);
        if (answer.Error is not null)
        {
            room.Remove(leg);
            _pool.Release(ports);
            if (leg.Camera is { } camera)
            {
                _pool.Release(camera.Ports);
            }
        }

        return answer;
    }

    private PhoneRoom AddRoom(Instant now, PhoneThread thread, string name)
    {
        var room = new PhoneRoom(_parts, name, _open, thread.Post);
        thread.Add(now, room);
        return room;
    }

    private static MediaError? Obey(Instant now, PhoneThread thread, LegOrder order)
    {
        if (thread.Find(order.Room) is not { } room)
        {
            return order is PlayToPhones ? null : new MediaError(MediaErrorCode.PeerUnknown, "no such leg");
        }

        return room.Enter(order.Epoch) ?? room.Obey(now, order);
    }

    /// <summary>A leg that is not there is closed already.</summary>
    private static MediaError? Close(Instant now, PhoneThread thread, string name, string legId)
    {
        if (thread.Find(name) is not { } room || room.Find(legId) is not { } leg)
        {
            return null;
        }

        leg.Close(now);
        room.Remove(leg);
        thread.Quarantine.Add(now, leg.Ports);
        if (leg.Camera is { } camera)
        {
            thread.Quarantine.Add(now, camera.Ports);
        }

        if (room.IsEmpty)
        {
            thread.Remove(room);
        }

        return null;
    }

    private sealed record Outcome(MediaError? Error);
}
