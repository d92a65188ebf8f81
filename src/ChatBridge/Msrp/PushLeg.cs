using System.IO.Pipelines;
using System.Security.Cryptography;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge;

/// <summary>
/// Somebody brings a file (RFC 5547): its bytes go to the room's files as they come, under the rules of any other upload, and count only
/// when size and hash are as promised (rule MSRP-FT-3, attack TM-07). What is given up leaves nothing behind; what only lost its
/// connection may go on.
/// </summary>
/// <param name="resumed">What an earlier call left; null when the file begins.</param>
internal sealed class PushLeg(MsrpTools tools, MessageLegOffer offer, MsrpMedia media, BrokenPush? resumed) : MsrpLeg(tools, offer, media)
{
    /// <summary>What may come before the caller is inside.</summary>
    private const int MostEarly = 64;

    private readonly Queue<object> _early = new();
    private readonly BrokenPush? _resumed = resumed;
    private IncrementalHash _sha1 = resumed?.Sha1 ?? IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
    private Pipe _pipe = new();
    private Task<FileWrite>? _writing;
    private RoomFile? _file = resumed?.File;
    private long _received = resumed?.Received ?? 0;
    private bool _isBound;
    private bool _isDone;

    /// <summary>What is here lies with the broken ones, for this call or another.</summary>
    private bool _isLeft;

    private IFileContent Content => Tools.Parts.Files!;

    protected override async Task OnAsync(object happened)
    {
        switch (happened)
        {
            case MsrpBound:
                _isBound = true;
                StopWaiting();
                WatchIdle();
                GoOn();
                break;
            case GoneTooLong when !_isBound:
                Over(completed: false, "nobody connected");
                break;
            case StoodStill:
                Over(_isDone, _isDone ? "they do not hang up" : "nothing came for too long");
                break;
            case Entered:
                if (!_isBound)
                    WaitForConnection();
                if (_writing is null && !_isLeft) // a later description says it again
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
            case ConnectionLost when _isDone:
                Over(completed: true, "the connection is gone");
                break;
            case ConnectionLost lost when LoseConnection(lost):
                _isBound = false;
                await LeaveAsync().ConfigureAwait(false);
                break;
        }
    }

    protected override async Task CleanUpAsync()
    {
        await StopWritingAsync().ConfigureAwait(false);
        if (!_isDone && !_isLeft && _file is not null)
            await Tools.DropAsync(Offer.Room, _file).ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (!_isLeft)
            _sha1.Dispose();
        base.Dispose(disposing);
    }

    private async Task BeginAsync()
    {
        if (_file is null && !await AnnounceAsync().ConfigureAwait(false))
            return;
        Write();
    }

    private async Task<bool> AnnounceAsync()
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
        return outcome.Refusal is null;
    }

    /// <summary>What comes from now on goes behind what is here.</summary>
    private void Write()
    {
        _pipe = new Pipe();
        _writing = AppendAsync(_file!, _pipe.Reader);
    }

    /// <summary>However it ends, nobody waits for the store to take more.</summary>
    private async Task<FileWrite> AppendAsync(RoomFile file, PipeReader reader)
    {
        try
        {
            return await Content.AppendAsync(file.Id, _received, file.Size, reader.AsStream(), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private async Task StopWritingAsync()
    {
        await _pipe.Writer.CompleteAsync().ConfigureAwait(false);
        if (_writing is not null)
            await ((Task)_writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // what is missing then shows by its length
        _writing = null;
    }

    /// <summary>The connection broke off: what is here waits for the rest.</summary>
    private async Task LeaveAsync()
    {
        await StopWritingAsync().ConfigureAwait(false);
        if (_isLeft || _file is null)
            return;
        _isLeft = await Content.LengthAsync(_file.Id, Stop).ConfigureAwait(false) == _received
            && Tools.Broken.Put(Offer, Media.FileTransferId, new BrokenPush(_file, Media.File!, _received, _sha1));
        if (!_isLeft)
            Over(completed: false, "the connection is gone");
    }

    /// <summary>The session does not come to be: what an earlier call left waits on.</summary>
    public void PutBack() => _isLeft = _resumed is not null && Tools.Broken.Put(Offer, Media.FileTransferId, _resumed);

    /// <summary>They are back in the same call, unless the rest went on in another.</summary>
    private void GoOn()
    {
        if (!_isLeft)
            return;
        if (Tools.Broken.Take(Offer, Media) is not { } push)
        {
            Over(completed: false, "it goes on elsewhere");
            return;
        }
        (_isLeft, _sha1, _received) = (false, push.Sha1, push.Received);
        Write();
    }

    /// <summary>In order and no more than was promised; what is here already is passed over.</summary>
    private async Task TakeDataAsync(MsrpDataArrived data)
    {
        if (_writing is null || data.Offset > _received)
        {
            Answer(data.Transaction, MsrpStatus.StopSending);
            return;
        }
        var fresh = data.Content[(int)Math.Min(_received - data.Offset, data.Content.Length)..];
        if (_received + fresh.Length > _file!.Size)
        {
            Answer(data.Transaction, MsrpStatus.StopSending);
            await StopWritingAsync().ConfigureAwait(false);
            Over(completed: false, "more came than was promised");
            return;
        }
        if (fresh.IsEmpty)
            return;
        NoteProgress();
        WatchIdle();
        _received += fresh.Length;
        _sha1.AppendData(fresh.Span);
        var written = await _pipe.Writer.WriteAsync(fresh, Stop).ConfigureAwait(false);
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
}
