using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Sylk.Conference.Headless.Cli;
using Sylk.Conference.Load.Serving;

namespace Sylk.Conference.Load.Chat;

/// <summary>
/// One room in which pages, MSRP and XMPP clients talk at once: how long a line takes from its sender's first word to each reader, and
/// what is lost. Everybody says the same share; more than ten lines a second of one sender are refused (limit L17), so that the rate
/// wanted beyond ten times the people is not reached. Bar: 99 of 100 lines within 250 ms.
/// </summary>
internal static class ChatLoad
{
    public const string Verb = "chat";
    private const string Room = "chat";
    private const double MostPerSender = 9.5;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(Arguments arguments)
    {
        var (pages, msrp, xmpp) = (
            new DelayBook("hub", arguments.Number("pages", 100)), new DelayBook("msrp", arguments.Number("msrp", 20)), new DelayBook("xmpp", arguments.Number("xmpp", 20)));
        var sip = FreePort.Take(SocketType.Dgram);
        await using var users = new XmppServer(xmpp);
        using var server = await ServerProcess.OpenAsync(
            arguments, MachineAddress.Loopback, "--Sip:Enabled=true", "--Sip:Address=127.0.0.1", $"--Sip:Udp={sip}", "--Sip:Tcp=-1", "--Sip:TrustedPeers:0=127.0.0.1/32", "--Msrp:Tcp=0",
            "--Msrp:Tls=-1", $"--Storage:Mode={arguments.Text("storage", "sqlite")}", "--Xmpp:Enabled=true", $"--Xmpp:Domain={XmppServer.Domain}", $"--Xmpp:ComponentSecret={XmppServer.Secret}", $"--Xmpp:Port={users.Port}").ConfigureAwait(false);
        var members = new List<(DelayBook Book, IChatMember Member)>();
        for (var i = 0; i < pages.Readers; i++)
            members.Add((pages, await PageMember.JoinAsync(server.Url, Room, $"page{i}", pages).ConfigureAwait(false)));
        for (var i = 0; i < msrp.Readers; i++)
            members.Add((msrp, await MsrpMember.JoinAsync(sip, Room, $"msrp{i}", msrp).ConfigureAwait(false)));
        for (var i = 0; i < xmpp.Readers; i++)
            members.Add((xmpp, await users.JoinAsync(Room, $"xmpp{i}").ConfigureAwait(false)));
        var wanted = arguments.Number("rate", 2_000);
        var each = Math.Min(MostPerSender, (double)wanted / members.Count);
        await TalkAsync(members, each, arguments.Number("warmup", 10)).ConfigureAwait(false);
        await Task.Delay(Settling).ConfigureAwait(false);

        DelayBook[] books = [pages, msrp, xmpp];
        Array.ForEach(books, book => book.Begin());
        var (before, since) = (server.Facts, Stopwatch.GetTimestamp());
        var duration = arguments.Number("duration", 20);
        var said = await TalkAsync(members, each, duration).ConfigureAwait(false);
        var (seconds, after) = (Stopwatch.GetElapsedTime(since).TotalSeconds, server.Facts);
        await Task.Delay(Settling).ConfigureAwait(false);
        msrp.OwnUnseen = said.ByWire.GetValueOrDefault(msrp.Wire);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{wanted} lines/s wanted, {each * members.Count:0}/s offered by {members.Count} senders (L17: ten a second each), {said.Tries / seconds:0}/s tried, {said.Done / seconds:0}/s acknowledged, {said.Tries - said.Done} refused or unanswered in {seconds:0.0} s; server CPU {(after.CpuSeconds - before.CpuSeconds) / seconds:0.00} cores"));
        foreach (var book in books)
            Console.WriteLine(book.Report(said.Done));
        foreach (var (_, member) in members)
            await member.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Everybody at their own pace; who waits for an answer says the next line late, not another one meanwhile.</summary>
    private static async Task<Said> TalkAsync(List<(DelayBook Book, IChatMember Member)> members, double perSecond, int seconds)
    {
        var end = Stopwatch.GetTimestamp() + (seconds * Stopwatch.Frequency);
        var talks = await Task.WhenAll(members.Select((one, i) => Task.Run(async () => (one.Book.Wire, Counts: await TalkAsync(one.Member, i, perSecond, end).ConfigureAwait(false))))).ConfigureAwait(false);
        return new(talks.Sum(one => one.Counts.Tries), talks.Sum(one => one.Counts.Done), talks.GroupBy(one => one.Wire).ToDictionary(wire => wire.Key, wire => wire.Sum(one => one.Counts.Done)));
    }

    private static async Task<(long Tries, long Done)> TalkAsync(IChatMember member, int number, double perSecond, long end)
    {
        var (tries, done, step) = (0L, 0L, Stopwatch.Frequency / perSecond);
        for (var next = Stopwatch.GetTimestamp() + (step * (number % 10) / 10); next < end; next += step)
        {
            if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), (long)next) is { Ticks: > 0 } early)
                await Task.Delay(early).ConfigureAwait(false);
            tries++;
            try
            {
                done += await member.SayAsync($"b{Guid.NewGuid():N}", DelayBook.Words()).ConfigureAwait(false) ? 1 : 0;
            }
            catch (Exception problem) when (problem is TimeoutException or IOException)
            {
                // No answer in time: it counts as tried.
            }
            if (Stopwatch.GetTimestamp() > end)
                break;
        }
        return (tries, done);
    }

    private sealed record Said(long Tries, long Done, Dictionary<string, long> ByWire);
}
