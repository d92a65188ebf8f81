using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Storage;

/// <summary>
/// The one thread that writes rooms. What arrives while a transaction is on its way to the disk goes together into the next:
/// many joins at once cost one flush. When the database is away everybody is told so at once, and it is asked four times a second
/// whether it is back.
/// </summary>
internal sealed class GroupCommit : IAsyncDisposable
{
    private const int Capacity = 16_384;
    private const int Together = 512;
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(250);

    private readonly Channel<Waiting> _queue = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Database _database;
    private readonly CommitWriter _writer;
    private readonly ILogger _log;
    private readonly Task _work;
    private long _eventsWritten;
    private volatile bool _away;

    public GroupCommit(Database database, ILogger log)
    {
        (_database, _writer, _log) = (database, new CommitWriter(database), log);
        _work = Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Rises with every event of this process that came to the log.</summary>
    public long EventsWritten => Interlocked.Read(ref _eventsWritten);

    /// <summary>True while the database does not answer.</summary>
    public bool IsAway => _away;

    public async Task<CommitOutcome> CommitAsync(RoomCommit commit, CancellationToken cancellation)
    {
        var waiting = new Waiting(commit);
        if (_away || !_queue.Writer.TryWrite(waiting))
            return CommitOutcome.Unavailable;
        try
        {
            return await waiting.Outcome.Task.WaitAsync(Database.Patience, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Not begun: it will not be written. Begun: nobody can say, and the room's next commit finds out.
            waiting.GiveUp();
            return CommitOutcome.Unavailable;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _stop.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(false);
        _writer.Dispose();
        _stop.Dispose();
    }

    private void Work()
    {
        var batch = new List<Waiting>(Together);
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (batch.Count < Together && _queue.Reader.TryRead(out var waiting))
            {
                if (waiting.Begin())
                    batch.Add(waiting);
            }
            if (batch.Count > 0)
                Write(batch);
            batch.Clear();
        }
    }

    private void Write(List<Waiting> batch)
    {
        try
        {
            var written = _writer.Write([.. batch.Select(waiting => waiting.Commit)]);
            Interlocked.Add(ref _eventsWritten, batch.Sum(waiting => waiting.Commit.Events.Length));
            for (var i = 0; i < batch.Count; i++)
                batch[i].Outcome.TrySetResult(written[i] ? CommitOutcome.Committed : CommitOutcome.Conflict);
        }
#pragma warning disable CA1031 // the loop outlives any trouble of one commit (reliability §1.5)
        catch (Exception problem)
#pragma warning restore CA1031
        {
            Recover(batch, problem);
        }
    }

    private void Recover(List<Waiting> batch, Exception problem)
    {
        if (Database.IsOutage(problem))
        {
            _away = true;
            foreach (var waiting in batch)
                waiting.Outcome.TrySetResult(CommitOutcome.Unavailable);
            _log.StoreAway(problem);
            AwaitReturn();
        }
        else if (batch.Count > 1)
        {
            // One of them cannot be written: each for itself, so that it harms nobody else.
            foreach (var waiting in batch)
                Write([waiting]);
        }
        else if (problem is StatementMissedException || Database.IsDuplicate(problem))
        {
            batch[0].Outcome.TrySetResult(CommitOutcome.Conflict);
        }
        else
        {
            _log.CommitFailed(batch[0].Commit.Room, problem);
            _writer.Reset();
            batch[0].Outcome.TrySetException(problem);
        }
    }

    private void AwaitReturn()
    {
        _writer.Reset();
        while (_away && !_stop.IsCancellationRequested)
        {
            while (_queue.Reader.TryRead(out var waiting))
                waiting.Outcome.TrySetResult(CommitOutcome.Unavailable);
            if (IsBack())
                _away = false;
            else
                _stop.Token.WaitHandle.WaitOne(AskAgain);
        }
        _log.StoreBack();
    }

    private bool IsBack()
    {
        try
        {
            using var connection = _database.OpenAsync(_stop.Token).GetAwaiter().GetResult();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT count(*) FROM rooms WHERE name = ''";
            command.ExecuteScalar();
            return true;
        }
#pragma warning disable CA1031 // whatever it is, the answer is "not yet"
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }

    private sealed class Waiting(RoomCommit commit)
    {
        private int _taken;

        public RoomCommit Commit { get; } = commit;

        public TaskCompletionSource<CommitOutcome> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <returns>False when the one who waited has gone.</returns>
        public bool Begin() => Interlocked.Exchange(ref _taken, 1) == 0;

        public void GiveUp() => Interlocked.Exchange(ref _taken, 1);
    }
}
