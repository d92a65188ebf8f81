using System.Globalization;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Cpim;
using Sylk.Conference.Protocols.Messaging;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge;

/// <content>What the room says to them, and what gives way when they do not keep up (rule MSRP-C-7).</content>
internal sealed partial class RoomLeg
{
    /// <summary>Bytes that may wait for one reader.</summary>
    private const long MostQueued = 256 * 1024;

    /// <summary>Messages that wait while they hold us (rule MSRP-S-6).</summary>
    private const int MostHeld = 100;

    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TooSlow = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan TypingEvery = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, Instant> _typed = new(StringComparer.Ordinal);
    private int _unshown;

    private async Task SayAsync(FeedItem item)
    {
        switch (item)
        {
            case ChatSaid { Message: var line } when line.Sequence > _lastSequence:
                _lastSequence = line.Sequence;
                _typed.Remove(line.From.ParticipantId);
                if (IsPrivateToMe(line))
                    PutPrivate(line);
                else if (line.From.ParticipantId != Id)
                    Put(_lines.Line(line), MsrpWeight.Line);
                break;
            case ChatAmended { Message: { Deleted: false } line } when line.From.ParticipantId != Id:
                Put(_lines.Edited(line), MsrpWeight.Line);
                break;
            case TypingChanged typing:
                SayTyping(typing);
                break;
            case FileAppeared { File: var file } appeared:
                SayFile(appeared, file);
                break;
            case ChatReceipt receipt:
                SayReceipt(receipt);
                break;
            case ResyncNeeded:
                if (await Room.Snapshot(Id).ConfigureAwait(false) is { } snapshot)
                {
                    Know(snapshot);
                    SayMissed(await MissedLines.AfterAsync(Room, Id, _lastSequence, snapshot.Chat).ConfigureAwait(false));
                }
                break;
            default:
                NotePeople(item);
                break;
        }
    }

    private void NotePeople(FeedItem item)
    {
        if (item.IsFact && item.Rev <= _rev)
            return;
        _rev = item.IsFact ? item.Rev : _rev;
        switch (item)
        {
            case Joined { Participant: var other } when _people.TryAdd(other.Id, other) && other.Id != Id:
                Notice($"{other.DisplayName} has joined.");
                break;
            case Updated { Participant: var other }:
                if (_people.GetValueOrDefault(other.Id) is { } known && known.DisplayName != other.DisplayName && other.Id != Id)
                    Notice($"{known.DisplayName} is now {other.DisplayName}.");
                _people[other.Id] = other;
                break;
            case Departed { ParticipantId: var id } when _people.Remove(id, out var gone) && id != Id:
                _typed.Remove(id);
                Notice($"{gone.DisplayName} has left.");
                break;
        }
    }

    private void Notice(string words) => Put(_lines.Notice(Now, words), MsrpWeight.Notice);

    /// <summary>At most one sign of each writer in ten seconds; that they have stopped is told at once.</summary>
    private void SayTyping(TypingChanged typing)
    {
        if (!_people.TryGetValue(typing.ParticipantId, out var who) || !MsrpMedia.Accepts(Media.AcceptWrappedTypes, Composing.MediaType))
            return;
        var wasTold = _typed.TryGetValue(typing.ParticipantId, out var since);
        if (typing.Active && wasTold && Tools.Now < since + TypingEvery)
            return;
        if (!typing.Active && !_typed.Remove(typing.ParticipantId))
            return;
        if (typing.Active)
            _typed[typing.ParticipantId] = Tools.Now;
        Put(_lines.Typing(Now, who, typing.Active, typing.Reader is not null), MsrpWeight.Composing);
    }

    private void SayFile(FileAppeared appeared, SharedFile file)
    {
        Tools.Shelf.Put(file.Id, appeared.Key);
        var link = Tools.Settings.LinkOf(Offer.Room, file.Id, Id, FileKeys.For(appeared.Key, file.Id, Id));
        var size = file.Size.ToString("N0", CultureInfo.InvariantCulture);
        Notice(link.Length == 0
            ? $"{file.From.DisplayName} shares {file.Name} ({size} bytes)."
            : $"{file.From.DisplayName} shares {file.Name} ({size} bytes): {link}");
    }

    private void Put(byte[] cpim, MsrpWeight weight, string? awaited = null)
    {
        if (IsTooSlow(out var giveUp))
        {
            if (giveUp)
                Over(completed: false, "the other end does not read");
            else if (weight == MsrpWeight.Line)
                _unshown++;
            return;
        }
        if (_unshown > 0 && !Session.IsPaused)
        {
            var words = string.Create(CultureInfo.InvariantCulture, $"{_unshown} messages were not shown: this connection was too slow.");
            _unshown = 0;
            Queue(_lines.Notice(Now, words), MsrpWeight.Line);
        }
        Queue(cpim, weight, awaited);
    }

    /// <summary>Of those that wait, the oldest goes.</summary>
    /// <returns>False: there is room for one more.</returns>
    private bool MakeRoomWhileHeld()
    {
        var mustGo = Session.QueuedMessages >= MostHeld;
        Session.Drop(message =>
        {
            var goes = mustGo;
            mustGo = false;
            _unshown += goes && message.Weight == MsrpWeight.Line ? 1 : 0;
            return goes;
        });
        return false;
    }

    /// <param name="awaited">The private line whose sender is told what became of it.</param>
    private void Queue(byte[] cpim, MsrpWeight weight, string? awaited = null)
    {
        var message = new MsrpOutgoing(Tools.Ids.Message(), CpimMessage.MediaType, cpim) { Weight = weight, Tag = awaited, WantsReport = awaited is not null && IsBehindRelay };
        if (awaited is not null)
            _sent.Put(message.Id, awaited);
        Send(message);
    }

    /// <summary>What can be done without goes first; only when that is not enough lines do.</summary>
    private bool IsTooSlow(out bool giveUp)
    {
        lock (Tools.Gate)
        {
            if (Session.IsPaused)
                return giveUp = MakeRoomWhileHeld();
            var since = Session.QueuedSince > _resumedAt ? Session.QueuedSince : _resumedAt;
            var waits = Session.QueuedMessages == 0 ? TimeSpan.Zero : Tools.Now - since;
            giveUp = waits > TooSlow;
            if (Session.Queued < MostQueued && waits < Slow)
                return false;
            Session.Drop(message => message.Weight is MsrpWeight.Composing or MsrpWeight.Notice);
            return Session.Queued >= MostQueued || waits >= Slow;
        }
    }
}
