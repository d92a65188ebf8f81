using System.Security.Cryptography;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge;

/// <summary>A file that is half here.</summary>
/// <param name="Received">Bytes that lie in the store.</param>
/// <param name="Sha1">Over these bytes; whoever takes the push goes on with it.</param>
internal sealed record BrokenPush(RoomFile File, MsrpFileSelector Selector, long Received, IncrementalHash Sha1);

/// <summary>
/// Pushes whose connection broke off. They may go on from where they were, in the same call or in another with the same transfer id and a
/// <c>file-range</c> (RFC 5547 section 8.4). Few are kept and not for long; what nobody takes is thrown away.
/// </summary>
internal sealed class BrokenPushes(TimeProvider time, Func<string, RoomFile, Task> drop)
{
    private const int Most = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly List<Kept> _kept = [];

    /// <returns>False when such a push cannot be found again, because it has no id.</returns>
    public bool Put(MessageLegOffer offer, string? transferId, BrokenPush push)
    {
        if (transferId is null)
            return false;
        var kept = new Kept(new Key(offer.Room, offer.Uri, transferId), push);
        Kept? crowded;
        lock (_gate)
        {
            crowded = _kept.Find(one => one.Key == kept.Key) ?? (_kept.Count == Most ? _kept[0] : null);
            if (crowded is not null)
                _kept.Remove(crowded);
            _kept.Add(kept);
            kept.Timer = time.CreateTimer(_ => GiveUp(kept), null, Patience, Timeout.InfiniteTimeSpan);
        }
        if (crowded is not null)
            _ = DiscardAsync(crowded);
        return true;
    }

    /// <summary>The same file begins anew: what is here of it is of no use any more, and not one of those on their way.</summary>
    public async Task ForgetAsync(MessageLegOffer offer, MsrpMedia media)
    {
        Kept[] forgotten;
        lock (_gate)
        {
            forgotten = [.. _kept.Where(one => one.Key.Room == offer.Room && one.Key.Caller == offer.Uri && IsSame(one.Push.Selector, media.File!))];
            _kept.RemoveAll(one => forgotten.Contains(one));
        }
        foreach (var one in forgotten)
            await DiscardAsync(one).ConfigureAwait(false);
    }

    /// <summary>Whether that offer may go on with one of these: the same file, from no later than where it broke off.</summary>
    public bool Has(MessageLegOffer offer, MsrpMedia media)
    {
        lock (_gate)
            return Find(offer, media) is not null;
    }

    /// <summary>It is the taker's from now on.</summary>
    public BrokenPush? Take(MessageLegOffer offer, MsrpMedia media)
    {
        lock (_gate)
        {
            if (Find(offer, media) is not { } kept)
                return null;
            _kept.Remove(kept);
            kept.Timer?.Dispose();
            return kept.Push;
        }
    }

    private Kept? Find(MessageLegOffer offer, MsrpMedia media) => media is { FileTransferId: { } id, File: { } file }
        ? _kept.Find(one => one.Key == new Key(offer.Room, offer.Uri, id) && IsSame(one.Push.Selector, file)
            && (media.FileRange?.Start ?? 1) - 1 <= one.Push.Received)
        : null;

    private static bool IsSame(MsrpFileSelector one, MsrpFileSelector other) =>
        one.Size == other.Size && one.Name == other.Name && (one.Sha1 ?? []).AsSpan().SequenceEqual(other.Sha1 ?? []);

    private void GiveUp(Kept kept)
    {
        bool wasHere;
        lock (_gate)
            wasHere = _kept.Remove(kept);
        if (wasHere)
            _ = DiscardAsync(kept);
    }

    private Task DiscardAsync(Kept kept)
    {
        kept.Timer?.Dispose();
        kept.Push.Sha1.Dispose();
        return drop(kept.Key.Room, kept.Push.File);
    }

    private sealed record Key(string Room, string Caller, string TransferId);

    private sealed class Kept(Key key, BrokenPush push)
    {
        public Key Key => key;

        public BrokenPush Push => push;

        public ITimer? Timer { get; set; }
    }
}
