using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.Protocols.Cpim;
using Sylk.Conference.Protocols.Messaging;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Tests.Sip;
using Sylk.Conference.SipBridge;
using static Sylk.Conference.Server.Tests.Accounts.Accounts;

namespace Sylk.Conference.Server.Tests.Accounts;

/// <summary>What is kept for accounts outlives the process, and phones reach them.</summary>
public sealed class AccountKeepingTests : IDisposable
{
    private const string Paula = "+31201234567@127.0.0.1";

    private readonly WireCallee _switch = new();

    public void Dispose() => _switch.Dispose();

    [Fact(DisplayName = "A restart keeps messages, who was told, and what is the same message")]
    public async Task Restart()
    {
        var folder = Directory.CreateTempSubdirectory("sylk-accounts-").FullName;
        string[] settings = ["--Storage:Mode=sqlite", $"--Server:DataDir={folder}"];
        string id;
        await using (var server = await StartAsync(settings))
        {
            await using (await SignInAsync(server, Bob))
            {
            }
            await using var alice = await SignInAsync(server, Alice);
            id = await SendAsync(alice, Bob, "over night", "c1");
        }
        await using (var server = await StartAsync(settings))
        {
            await using var alice = await SignInAsync(server, Alice);
            Assert.Equal(id, await SendAsync(alice, Bob, "over night", "c1"));
            await using var bob = await SignInAsync(server, Bob);
            Assert.Equal(id, Text(await bob.NextAsync("MessageReceived"), "id"));
            await bob.OkAsync("Acknowledge", new { id });
            Assert.Equal("delivered", Text(await alice.NextAsync("MessageState"), "state"));
        }
        await using (var server = await StartAsync(settings))
        {
            await using var bob = await SignInAsync(server, Bob);
            await using var alice = await SignInAsync(server, Alice);
            await SendAsync(alice, Bob, "good morning", "c2");
            Assert.Equal("good morning", Text(await bob.NextAsync("MessageReceived"), "content"));
            Assert.Equal(["over night", "good morning"], await HistoryAsync(bob, new { with = Alice }));
        }
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    [Fact(DisplayName = "A phone's MESSAGE reaches an account that is away, and IMDN says delivered once the page has it, displayed once it is read")]
    public async Task FromPhone()
    {
        await using var server = await StartWithPhonesAsync();
        await using (await SignInAsync(server.Server, Alice))
        {
        }
        using var stranger = new WirePhone(server.Port, from: $"<sip:{Paula}>") { Target = "sip:never@people.example" };
        Assert.Equal(404, (await stranger.AskAsync("MESSAGE", "text/plain", "hello")).Status);
        using var phone = new WirePhone(server.Port, from: $"\"Paula\" <sip:{Paula}>") { Target = "sip:Alice@people.example" };
        var wrapped = ImdnRequest.Ask(
            new CpimMessage { ContentHeaders = [new("Content-Type", "text/plain;charset=utf-8")], Content = Encoding.UTF8.GetBytes("are you there?") }
                .With(CpimHeader.Core, CpimHeader.From, $"<sip:{Paula}>").With(CpimHeader.Core, CpimHeader.To, "<sip:alice@people.example>"),
            "their-1",
            ImdnWishes.Delivery | ImdnWishes.Display);
        Assert.Equal(200, (await phone.AskAsync("MESSAGE", CpimMessage.MediaType, Encoding.UTF8.GetString(wrapped.Write()))).Status);

        await using var alice = await SignInAsync(server.Server, Alice);
        var heard = await alice.NextAsync("MessageReceived");
        Assert.Equal((Paula, "Paula", "are you there?", "sip"), (Text(heard, "from"), Text(heard, "fromName"), Text(heard, "content"), Text(heard, "via")));
        await alice.OkAsync("Acknowledge", new { id = Text(heard, "id") });
        Assert.Equal(("their-1", ImdnStatus.Delivered), await ReportAsync());
        await alice.OkAsync("SetRead", new { with = Paula, upTo = Text(heard, "id") });
        Assert.Equal(("their-1", ImdnStatus.Displayed), await ReportAsync());
    }

    [Fact(DisplayName = "An account writes to a phone: CPIM that asks for receipts, whose IMDN comes back as a state; plain words for a phone that reads no CPIM")]
    public async Task ToPhone()
    {
        await using var server = await StartWithPhonesAsync();
        await using var alice = await SignInAsync(server.Server, Alice);
        var sending = SendAsync(alice, Paula, "good evening", "c1");
        var heard = await _switch.HearAsync("MESSAGE");
        await _switch.SayAsync(heard, 200);
        var id = await sending;
        Assert.True(CpimMessage.TryRead(heard.Body, out var wrapped, out _));
        Assert.Equal(("good evening", "alice", "people.example"), (Encoding.UTF8.GetString(wrapped.Content.Span), heard.From!.Uri.PlainUser, heard.From.Uri.Host));
        var asked = ImdnRequest.Of(wrapped)!;
        using var phone = new WirePhone(server.Port, from: $"<sip:{Paula}>") { Target = $"sip:{Alice}" };
        var report = new ImdnReport(asked.MessageId, "2026-01-01T00:00:00Z", ImdnKind.Delivery, ImdnStatus.Delivered).Write();
        Assert.Equal(200, (await phone.AskAsync("MESSAGE", "message/imdn+xml", Encoding.UTF8.GetString(report))).Status);
        var state = await alice.NextAsync("MessageState");
        Assert.Equal((id, "delivered"), (Text(state, "id"), Text(state, "state")));

        var plain = SendAsync(alice, Paula, "in short", "c2");
        await _switch.SayAsync(await _switch.HearAsync("MESSAGE"), 415);
        var words = await _switch.HearAsync("MESSAGE");
        await _switch.SayAsync(words, 200);
        await plain;
        Assert.Equal("in short", Encoding.UTF8.GetString(words.Body.Span));
        var refused = RefusedAsync(alice, Paula, "busy?", "c3");
        await _switch.SayAsync(await _switch.HearAsync("MESSAGE"), 480);
        Assert.Equal(ErrorCodes.CalleeUnavailable, await refused);
        Assert.Equal(["good evening", "in short"], await HistoryAsync(alice, new { with = Paula }));
    }

    private async Task<(string Id, ImdnStatus Status)> ReportAsync()
    {
        var notice = await _switch.HearAsync("MESSAGE");
        await _switch.SayAsync(notice, 200);
        Assert.True(CpimMessage.TryRead(notice.Body, out var told, out _));
        var report = ImdnReport.Read(told.Content)!;
        return (report.MessageId, report.Status);
    }

    private async Task<PhoneServer> StartWithPhonesAsync() => new(await StartAsync(
        [
            "--Sip:Enabled=true", "--Sip:Udp=0", "--Sip:Tcp=0", "--Sip:DialOut:Enabled=true", "--Sip:DialOut:AllowPrefixes=+3120", "--Sip:Trunks:0:Name=main",
            $"--Sip:Trunks:0:Uri=sip:127.0.0.1:{_switch.Port}", "--Sip:Trunks:0:OptionsPingMs=0", "--Sip:TrustedPeers:0=127.0.0.1/32",
        ],
        services => services.AddSingleton<ILegEngine>(parts => new FakeLegs(parts.GetRequiredService<LegMail>()))));
}
