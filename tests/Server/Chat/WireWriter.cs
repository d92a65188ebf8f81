using System.Globalization;

namespace Sylk.Conference.Server.Tests.Chat;

/// <summary>What a seat was told of a line it said.</summary>
internal enum SaidOutcome { Acknowledged, Refused, Unanswered }

/// <summary>A line as a wire shows it.</summary>
/// <param name="Id">The server's, where the wire says it.</param>
/// <param name="IsReminder">The answer to a line that was tried again, which may have been shown before.</param>
internal sealed record SeenLine(string Id, string Content, bool IsReminder = false);

/// <summary>A place in a room over one wire, from coming in to the loss of it.</summary>
internal interface IChatSeat : IAsyncDisposable
{
    /// <summary>Its place is lost: it must come in again.</summary>
    bool IsOver { get; }

    /// <param name="again">It was tried before.</param>
    Task<SaidOutcome> SayAsync(string id, string content, bool again);

    /// <summary>Reads for a moment.</summary>
    Task ListenAsync();

    /// <summary>What has come and was not taken yet, in order.</summary>
    IEnumerable<SeenLine> Take();
}

/// <summary>
/// Somebody who writes and reads over a wire that has no resume: comes in anew after each loss, and says again under the same id what
/// had no answer; one line in ten is given up instead.
/// </summary>
internal sealed class WireWriter(ChatLogFile log, string room, string name, Func<Task<IChatSeat>> enter, int seed) : IChatWriter
{
#pragma warning disable CA5394 // which line is given up is no secret; the seed makes the run repeatable
    private readonly Random _chance = new(seed);
#pragma warning restore CA5394
    private int _line;
    private string? _owed;
    private int _tries;

    public string Name => name;

    public string Room => room;

    public bool Reads => true;

    /// <summary>Its own lines come back to it.</summary>
    public required bool HearsOwn { get; init; }

    public bool IsSettled { get; private set; }

    /// <summary>Why it last lost its place, for who looks into a failed run.</summary>
    public string LastTrouble { get; private set; } = "";

    public async Task RunAsync(ChatHours hours)
    {
        while (!hours.Reading.IsCancellationRequested)
        {
            try
            {
                await using var seat = await enter();
                await StayAsync(seat, hours);
            }
#pragma warning disable CA1031 // whatever broke, somebody in a room tries again
            catch (Exception problem)
#pragma warning restore CA1031
            {
                LastTrouble = problem.ToString();
                await Task.Delay(100, CancellationToken.None);
            }
            IsSettled = false;
        }
    }

    private async Task StayAsync(IChatSeat seat, ChatHours hours)
    {
        log.Write(ChatDeed.Entered, name, room, "", "", hearsOwn: HearsOwn);
        try
        {
            while (!seat.IsOver && !hours.Reading.IsCancellationRequested)
            {
                var mayRest = hours.Writing.IsCancellationRequested && IsSettled;
                IsSettled = mayRest || (await TurnAsync(seat) && hours.Writing.IsCancellationRequested);
                await seat.ListenAsync();
                Note(seat);
            }
            if (!seat.IsOver)
                log.Write(ChatDeed.Left, name, room, "", "");
        }
        finally
        {
            Note(seat);
        }
    }

    /// <returns>True when it was acknowledged.</returns>
    private async Task<bool> TurnAsync(IChatSeat seat)
    {
        var id = _owed ??= string.Create(CultureInfo.InvariantCulture, $"{name}.{++_line}");
        var content = $"{name} {id}";
        log.Write(ChatDeed.Invoke, name, room, id, content);
        var outcome = SaidOutcome.Unanswered;
        try
        {
            outcome = await seat.SayAsync(id, content, _tries++ > 0);
        }
        finally
        {
            log.Write(outcome switch { SaidOutcome.Acknowledged => ChatDeed.Acknowledged, SaidOutcome.Refused => ChatDeed.Refused, _ => ChatDeed.Unanswered }, name, room, id, content);
#pragma warning disable CA5394 // see above
            if (outcome == SaidOutcome.Acknowledged || (outcome == SaidOutcome.Unanswered && _chance.Next(10) == 0))
#pragma warning restore CA5394
                (_owed, _tries) = (null, 0);
        }
        if (outcome == SaidOutcome.Refused)
            await Task.Delay(100);
        return outcome == SaidOutcome.Acknowledged;
    }

    private void Note(IChatSeat seat)
    {
        foreach (var line in seat.Take())
            log.Write(line.IsReminder ? ChatDeed.Reminded : ChatDeed.Read, name, room, line.Id, line.Content);
    }
}
