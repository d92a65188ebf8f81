using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge;

/// <summary>Somebody fetches a file of the room (RFC 5547), or the rest of one: it is read as fast as they take it.</summary>
/// <param name="found">Null where they were not inside when they asked: it is looked for when they are.</param>
internal sealed class PullLeg(MsrpTools tools, MessageLegOffer offer, MsrpMedia media, ShelvedFile? found) : MsrpLeg(tools, offer, media)
{
    private const int ReadSize = 32 * 1024;

    private Stream? _content;
    private string _messageId = "";
    private bool _isBound;
    private bool _hasBegun;

    protected override async Task OnAsync(object happened)
    {
        switch (happened)
        {
            case MsrpBound:
                _isBound = true;
                StopWaiting();
                WatchIdle();
                await BeginAsync().ConfigureAwait(false);
                break;
            case Entered:
                if (!_isBound)
                    WaitForConnection();
                await BeginAsync().ConfigureAwait(false);
                break;
            case StoodStill:
                Over(completed: false, "they take nothing for too long");
                break;
            case MsrpWantsData wants:
                WatchIdle();
                await FeedAsync(wants.Message).ConfigureAwait(false);
                break;
            case MsrpSent { Message.WantsReport: true, Status: MsrpStatus.Ok }:
                break;
            case MsrpReported { Status: MsrpStatus.Ok } reported when reported.Range.End is { } end && end < reported.Range.Total:
                WatchIdle();
                break;
            case MsrpReported reported when reported.MessageId == _messageId:
                Over(reported.Status == MsrpStatus.Ok, reported.Status == MsrpStatus.Ok ? "fetched" : "it did not arrive");
                break;
            case MsrpSent sent:
                Over(sent.Status == MsrpStatus.Ok, sent.Status == MsrpStatus.Ok ? "fetched" : "they do not take it");
                break;
            case MsrpDataEnded ended:
                Answer(ended.Transaction, ended.Transaction.Range is { End: 0 } ? MsrpStatus.Ok : MsrpStatus.NotAllowed);
                break;
            case ConnectionLost or GoneTooLong:
                Over(completed: false, "the connection is gone");
                break;
        }
    }

    protected override async Task CleanUpAsync()
    {
        if (_content is not null)
            await _content.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>When they are inside and connected; whether they may have it the room says now.</summary>
    private async Task BeginAsync()
    {
        if (_hasBegun || !_isBound || ParticipantId is not { } reader)
            return;
        _hasBegun = true;
        if ((found ?? await Tools.Library.FindAsync(Offer.Room, Media.File!).ConfigureAwait(false)) is not { } file)
        {
            Over(completed: false, "no such file");
            return;
        }
        var (id, size) = (file.File.Id, file.File.Size);
        var key = file.RoomKey.Length > 0 ? file.RoomKey : (await Room.Snapshot(reader).ConfigureAwait(false))?.FilesKey ?? "";
        var outcome = await Room.FindFile(new FileRequest(id, reader, FileKeys.For(key, id, reader))).ConfigureAwait(false);
        _content = outcome.File is null ? null : size == 0 ? Stream.Null : await Tools.Parts.Files!.OpenAsync(id, Stop).ConfigureAwait(false);
        if (_content is null)
        {
            Over(completed: false, "the file is gone");
            return;
        }
        var first = Math.Min(size, (Media.FileRange?.Start ?? 1) - 1);
        if (first > 0)
            _content.Position = first;
        _messageId = Tools.Ids.Message();
        Send(new MsrpOutgoing(_messageId, file.File.ContentType, size, first) { Weight = MsrpWeight.Data, WantsReport = IsBehindRelay });
    }

    private async Task FeedAsync(MsrpOutgoing message)
    {
        var buffer = new byte[ReadSize];
        var read = await _content!.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, Stop).ConfigureAwait(false);
        lock (Tools.Gate)
            message.Feed(buffer.AsMemory(0, read));
        Connection?.Wake();
        if (read == 0)
            Over(completed: false, "the file is shorter than it was");
    }
}
