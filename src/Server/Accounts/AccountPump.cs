using System.Collections.Immutable;
using Microsoft.AspNetCore.SignalR;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Accounts;

/// <summary>Writes to one connection what its book has, in order, as fast as that connection reads.</summary>
internal sealed class AccountPump(AccountBooks books, IHubContext<AccountHub> hub, RoomClock clock, SylkOptions options, ILogger<AccountPump> log)
{
    private const int Page = 50;

    /// <summary>A connection that takes nothing for so long is given up (fault F-22); it may sign in again.</summary>
    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(8);

    /// <summary>How often the book is looked at where other nodes write in it too, and when the store was away.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    private readonly bool _hasOthers = options.Cluster.Mode != "localhost";

    /// <param name="after">The last message the client says it has.</param>
    public async Task RunAsync(AccountSession session, string? after)
    {
        try
        {
            var book = books.BookOf(session.Address);
            long? position = null;
            while (clock.Now < session.ExpiresAt)
            {
                var isAway = false;
                try
                {
                    position ??= await book.StartAsync(session.Address, after, session.Stop.Token);
                    position = await TellAsync(book, session, position.Value);
                }
                catch (StoreUnavailableException)
                {
                    isAway = true;
                }
                await WaitAsync(session, isAway || _hasOthers);
            }
            session.Connection.Abort();
        }
        catch (OperationCanceledException)
        {
            // The connection closed: nobody to tell any more.
        }
#pragma warning disable CA1031 // one connection's trouble ends that connection only (reliability §1.6)
        catch (Exception problem)
#pragma warning restore CA1031
        {
            log.PumpFailed(session.Connection.Id, problem);
            session.Connection.Abort();
        }
    }

    private async Task<long> TellAsync(IAddressStore book, AccountSession session, long position)
    {
        var client = hub.Clients.Client(session.Connection.Id);
        ImmutableArray<KeptMessage> page;
        do
        {
            page = await book.AfterAsync(session.Address, position, Page, session.Stop.Token);
            foreach (var kept in page)
            {
                if (!kept.Outgoing || !session.HasWritten(kept.Message.Id))
                    await client.SendAsync("MessageReceived", WireDirect.Of(kept), session.Stop.Token).WaitAsync(LongestWrite, clock.Time, session.Stop.Token);
                position = kept.Position;
            }
        }
        while (page.Length == Page);
        return position;
    }

    /// <summary>For something new, for the end of the sign-in, or until it is time to look again.</summary>
    private async Task WaitAsync(AccountSession session, bool looksAgain)
    {
        var left = session.ExpiresAt - clock.Now;
        var pause = looksAgain && left > Look ? Look : left > TimeSpan.Zero ? left : TimeSpan.Zero;
        using var timer = new CancellationTokenSource(pause, clock.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, session.Stop.Token);
        try
        {
            await session.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!session.Stop.IsCancellationRequested)
        {
        }
    }
}
