using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge;

/// <summary>
/// Somebody who chats in a room over MSRP (RFC 7701). First a welcome, then what was said lately, then what is said, in the room's order
/// and each line once; from their side lines, private ones, names and signs of writing.
/// </summary>
internal sealed partial class RoomLeg : MsrpLeg
{
    private readonly FeedListener _listener;
    private readonly Dictionary<string, ParticipantInfo> _people = new(StringComparer.Ordinal);
    private readonly RoomAddresses _addresses;
    private readonly RoomLines _lines;
    private Task _feed = Task.CompletedTask;
    private string _ownName = "";
    private long _rev;
    private long _lastSequence;
    private Instant _resumedAt;
    private bool _isBound;
    private bool _isLive;

    public RoomLeg(MsrpTools tools, MessageLegOffer offer, MsrpMedia media)
        : base(tools, offer, media)
    {
        _addresses = new RoomAddresses(offer.RoomUri.Length > 0 ? offer.RoomUri : $"sip:{offer.Room}@invalid");
        _lines = new RoomLines(_addresses, offer.Uri, tools.Settings.OriginToken);
        _listener = new FeedListener("msrp-" + offer.LegId);
    }

    /// <summary>Finds who is written to on this node by another MSRP session; null elsewhere.</summary>
    public required Func<string, RoomLeg?> FindLeg { get; init; }

    private string Id => ParticipantId!;

    private DateTimeOffset Now => Tools.Parts.Clock.Now;

    protected override async Task OnAsync(object happened)
    {
        if (happened is MsrpSent { Status: MsrpStatus.Ok } or MsrpMessageArrived)
            NoteProgress();
        switch (happened)
        {
            case MsrpBound:
                _isBound = true;
                StopWaiting();
                await BeginAsync().ConfigureAwait(false);
                break;
            case Entered:
                if (!_isBound)
                    WaitForConnection();
                await BeginAsync().ConfigureAwait(false);
                break;
            case ConnectionLost lost:
                _isBound &= !LoseConnection(lost);
                break;
            case GoneTooLong when !_isBound:
                Over(completed: false, "the connection did not come back");
                break;
            case MsrpMessageArrived arrived:
                Answer(arrived.Transaction, await HearAsync(arrived).ConfigureAwait(false));
                break;
            case MsrpNicknameAsked asked:
                Answer(asked.Transaction, await NameAsync(asked.Nickname).ConfigureAwait(false));
                break;
            case MsrpSent { Status: MsrpStatus.NoSession }:
                Over(completed: false, "the other end knows no such session");
                break;
            case MsrpReported reported:
                await NoteReportAsync(reported).ConfigureAwait(false);
                break;
            case MsrpSent { Message.WantsReport: true, Status: MsrpStatus.Ok }:
                break;
            case MsrpSent { Message.Tag: string awaited, Status: var status }:
                await NoteSentAsync(awaited, status).ConfigureAwait(false);
                break;
            case StoppedTyping:
                await TypeAsync(false, _typingTo).ConfigureAwait(false);
                break;
            case FeedItem item when _isLive:
                await SayAsync(item).ConfigureAwait(false);
                break;
        }
    }

    protected override async Task CleanUpAsync()
    {
        if (_isLive)
            Tools.Parts.Feeds.StopListening(Offer.Room, _listener);
        await _feed.ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        _typing?.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>When they are inside and connected: listens first, so that nothing falls between what was and what comes (rule MSRP-C-6).</summary>
    private async Task BeginAsync()
    {
        if (_isLive || !_isBound || ParticipantId is null)
            return;
        _isLive = true;
        _listener.Bind(Id);
        Tools.Parts.Feeds.Listen(Offer.Room, _listener);
        if (await Room.Snapshot(Id).ConfigureAwait(false) is not { } snapshot)
        {
            Over(completed: false, "not in the room");
            return;
        }
        Log.MsrpBound(Tools.Log, Id, Offer.Room);
        Know(snapshot);
        _ownName = _people.GetValueOrDefault(Id)?.DisplayName ?? Offer.DisplayName;
        var title = snapshot.Room.Rules.Title is { Length: > 0 } given ? given : snapshot.Room.Name;
        Put(_lines.Notice(Now, RoomLines.Welcome(title, _people.Count - 1)), MsrpWeight.Notice);
        SayMissed(snapshot.Chat);
        _feed = PumpFeedAsync();
    }

    private void Know(RoomSnapshot snapshot)
    {
        _rev = snapshot.Rev;
        _people.Clear();
        foreach (var one in snapshot.Participants)
            _people[one.Id] = one;
        foreach (var file in snapshot.Files)
            Tools.Shelf.Put(file.Id, snapshot.FilesKey);
    }

    private void SayMissed(IEnumerable<ChatMessage> lines)
    {
        foreach (var line in lines.Where(line => line.Sequence > _lastSequence))
        {
            if (!line.Deleted && line.From.ParticipantId != Id)
                Put(_lines.Line(line), MsrpWeight.Line);
            _lastSequence = line.Sequence;
        }
    }

    /// <summary>The room's facts as they come.</summary>
    private async Task PumpFeedAsync()
    {
        var news = new List<FeedEnvelope>();
        try
        {
            while (true)
            {
                await _listener.TakeAsync(news, Stop).ConfigureAwait(false);
                foreach (var item in news.SelectMany(envelope => ItemsOf(envelope.Content)))
                    await TakeAsync(item).ConfigureAwait(false);
                news.Clear();
            }
        }
        catch (OperationCanceledException)
        {
            // The session is over.
        }
    }

    private IEnumerable<FeedItem> ItemsOf(object content) => content switch
    {
        FactBatch batch => batch.Items.Where(item => item.IsFor(Id)),
        FeedItem item when item.IsFor(Id) => [item],
        _ => [],
    };

    /// <summary>Held, or not any more (rule MSRP-S-6).</summary>
    public override void Follow(MsrpMedia media)
    {
        Media = media;
        lock (Tools.Gate)
        {
            _resumedAt = Tools.Now;
            Session.IsPaused = media.Direction is MediaDirection.SendOnly or MediaDirection.Inactive;
            Session.Remote = PathTo(media);
        }
        Connection?.Wake();
    }

    private sealed record StoppedTyping;
}
