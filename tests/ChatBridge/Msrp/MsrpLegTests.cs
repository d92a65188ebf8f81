using Microsoft.Extensions.Logging.Abstractions;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge.Tests.Msrp;

public sealed class MsrpLegTests
{
    private const string Section = "m=message 9 TCP/MSRP *\r\na=accept-types:*\r\na=path:msrp://192.0.2.1:9/s;tcp\r\n";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly MsrpTools _tools = new(
        new MsrpBridgeSettings(), new MsrpBridgeTools(null!, null!, new RoomClock(TimeProvider.System), NullLoggerFactory.Instance), NullLogger.Instance);

    [Fact(DisplayName = "what still comes for a session that has ended is of no use and no trouble")]
    public async Task AfterTheEnd()
    {
        var leg = Make();
        leg.Close();
        await leg.RunAsync();
        Assert.Null(await Record.ExceptionAsync(() => leg.TakeAsync(new ConnectionLost(null)).AsTask()));
    }

    [Fact(DisplayName = "a session whose clearing up goes wrong is given back nevertheless")]
    public async Task GoesWrong()
    {
        var leg = Make();
        leg.IsStubborn = true;
        var link = new MsrpLink(_tools.Now, _ => null);
        link.Introduce(leg.Session);
        leg.Close();
        Assert.Null(await Record.ExceptionAsync(leg.RunAsync));
        Assert.Empty(link.Sessions);
        Assert.True(leg.IsDisposed);
    }

    [Fact(DisplayName = "one event that goes wrong ends its session, and the call is told")]
    public async Task Fails()
    {
        MessageLegEnd? end = null;
        var leg = Make(told => end = told);
        var life = leg.RunAsync();
        await leg.TakeAsync("bad");
        await life.WaitAsync(Patience);
        Assert.Equal(("leg", false), (end?.LegId, end?.Completed));
    }

    [Fact(DisplayName = "a later description of a session that moves a file says how, and not which")]
    public void Follows()
    {
        var leg = Make();
        leg.Media = leg.Media with { File = new MsrpFileSelector("a.png", null, 5, null), FileTransferId = "t1" };
        leg.Follow(leg.Media with { Setup = SetupRole.Passive, File = new MsrpFileSelector("b.png", null, 6, null), FileTransferId = "t2" });
        Assert.Equal((SetupRole.Passive, "a.png", "t1"), (leg.Media.Setup, leg.Media.File?.Name, leg.Media.FileTransferId));
    }

    private OddLeg Make(Action<MessageLegEnd>? ended = null)
    {
        Assert.True(MsrpMedia.TryRead(Section, out var media));
        var session = new MsrpSession(_tools.Ids, new MsrpUri(false, "192.0.2.2", 2855, "own"), media.Path, new MsrpSessionTerms());
        return new OddLeg(_tools, new MessageLegOffer("room", "leg", Section, "sip:bob@example.org", "Bob", false, ended ?? (_ => { })), media) { Session = session };
    }

    private sealed class OddLeg(MsrpTools tools, MessageLegOffer offer, MsrpMedia media) : MsrpLeg(tools, offer, media)
    {
        public bool IsStubborn { get; set; }

        protected override Task OnAsync(object happened) => throw new InvalidOperationException("odd");

        protected override Task CleanUpAsync() => IsStubborn ? Task.FromException(new IOException("the disk is gone")) : Task.CompletedTask;
    }
}
