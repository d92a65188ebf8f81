using System.IO.Pipelines;
using System.Security.Cryptography;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge;

/// <summary>
/// Somebody brings a file (RFC 5547): its bytes go to the room's files as they come, under the rules of any other upload, and count only
/// when size and hash are as promised (rule MSRP-FT-3, attack TM-07). What breaks off leaves nothing behind.
/// </summary>
internal sealed class PushLeg(MsrpTools tools, MessageLegOffer offer, MsrpMedia media) : MsrpLeg(tools, offer, media)
{
    /// <summary>What may come before the caller is inside.</summary>
    private const int MostEarly = 64;

    private readonly IncrementalHash _sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
    private readonly Queue<object> _early = new();
    private readonly Pipe _pipe = new();
    private Task<FileWrite>? _writing;
    private RoomFile? _file;
    private long _received;
    private bool _isBound;
    private bool _isDone;

    private IFileContent Content => Tools.Parts.Files!;

    protected override async Task OnAsync(object happened)
    {
        switch (happened)
        {
            case MsrpBound:
                _isBound = true;
                StopWaiting();
                break;
            case GoneTooLong when !_isBound:
                Over(completed: false, "nobody connected");
                break;
            case Entered:
                if (!_isBound)
                    WaitForConnection();
                await BeginAsync().ConfigureAwait(false);
                while (_early.TryDequeue(out var early))
                    await OnAsync(early).ConfigureAwait(false);
                break;
            case MsrpDataArrived or MsrpDataEnded when ParticipantId is null && _early.Count < MostEarly:
                _early.Enqueue(happened);
                break;
            case MsrpDataArrived data:
                await TakeDataAsync(data).ConfigureAwait(false);
                break;
            case MsrpDataEnded ended:
                await EndChunkAsync(ended).ConfigureAwait(false);
                break;
            case ConnectionLost:
                Over(_isDone, "the connection is gone");
                break;
        }
    }

    protected override async Task CleanUpAsync()
    {
        await _pipe.Writer.CompleteAsync().ConfigureAwait(false);
        if (_writing is not null)
            await _writing.ConfigureAwait(false);
        if (!_isDone && _file is not null)
            await DropAsync(_file).ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        _sha1.Dispose();
        base.Dispose(disposing);
    }

    private async Task BeginAsync()
    {
        var wanted = Media.File!;
        var outcome = await Room.AnnounceFile(new BeginFile
        {
            ParticipantId = ParticipantId!,
            FileId = Ids.New(Ids.File, Tools.Parts.Clock.Now),
            Name = wanted.Name ?? "file",
            Size = wanted.Size!.Value,
            ContentType = wanted.Type?.Split(';')[0].Trim(),
            UploadKeyFingerprint = Ids.Fingerprint(Ids.Secret()),
            FreshKey = Ids.Secret(),
        }).ConfigureAwait(false);
        _file = outcome.File;
        if (outcome.Refusal is { } refusal)
            Over(completed: false, refusal.Code);
        else
            _writing = Content.AppendAsync(_file!.Id, 0, _file.Size, _pipe.Reader.AsStream(), CancellationToken.None);
    }

    /// <summary>In order and no more than was promised.</summary>
    private async Task TakeDataAsync(MsrpDataArrived data)
    {
        if (_writing is null || data.Offset != _received || _received + data.Content.Length > _file!.Size)
        {
            Answer(data.Transaction, MsrpStatus.StopSending);
            return;
        }
        _received += data.Content.Length;
        _sha1.AppendData(data.Content.Span);
        var written = await _pipe.Writer.WriteAsync(data.Content, Stop).ConfigureAwait(false);
        if (written.IsCompleted)
            Answer(data.Transaction, MsrpStatus.StopSending);
    }

    private async Task EndChunkAsync(MsrpDataEnded ended)
    {
        if (ended.Transaction.Range is { Start: 1, End: 0 } || (ended.Flag == MsrpFlag.More && _writing is not null))
        {
            Answer(ended.Transaction, MsrpStatus.Ok);
            return;
        }
        if (ended.Flag == MsrpFlag.Aborted || _writing is null)
        {
            Answer(ended.Transaction, _writing is null ? MsrpStatus.NotAllowed : MsrpStatus.Ok);
            Over(completed: false, "given up");
            return;
        }
        var isTaken = await FinishAsync().ConfigureAwait(false);
        Answer(ended.Transaction, isTaken ? MsrpStatus.Ok : MsrpStatus.Unintelligible);
        if (!isTaken)
            Over(completed: false, "size or hash differ");
    }

    /// <returns>False when what came is not what was promised.</returns>
    private async Task<bool> FinishAsync()
    {
        await _pipe.Writer.CompleteAsync().ConfigureAwait(false);
        if (await _writing!.ConfigureAwait(false) != FileWrite.Written || _received != _file!.Size)
            return false;
        var sha1 = _sha1.GetHashAndReset();
        if (Media.File!.Sha1 is { } promised && !CryptographicOperations.FixedTimeEquals(promised, sha1))
            return false;
        Tools.Shelf.Hash(_file.Id, sha1);
        var hash = _file.Size == 0 ? Ids.Fingerprint("") : await Content.HashAsync(_file.Id, Stop).ConfigureAwait(false);
        _isDone = await Room.Do(new CompleteFile(_file.Id, hash)).ConfigureAwait(false) is null;
        return _isDone;
    }

    private async Task DropAsync(RoomFile file)
    {
        try
        {
            await Room.Do(new RemoveFile(ParticipantId!, file.Id)).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is OrleansException or TimeoutException)
        {
            // The room forgets uploads that do not end by itself.
        }
    }
}
