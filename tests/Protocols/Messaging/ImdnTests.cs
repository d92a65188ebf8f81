using System.Text;
using Sylk.Conference.Protocols.Cpim;
using Sylk.Conference.Protocols.Messaging;

namespace Sylk.Conference.Protocols.Tests.Messaging;

/// <summary>RFC 5438: its examples and its rules.</summary>
public class ImdnTests
{
    private const string Asking =
        "From: Alice <im:alice@example.com>\r\nTo: Bob <im:bob@example.com>\r\nNS: imdn <urn:ietf:params:imdn>\r\nimdn.Message-ID: 34jk324j\r\n"
        + "DateTime: 2006-04-04T12:16:49-05:00\r\nimdn.Disposition-Notification: positive-delivery, negative-delivery\r\n"
        + "\r\nContent-type: text/plain\r\nContent-length: 12\r\n\r\nHello World";

    private const string Report =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<imdn xmlns=\"urn:ietf:params:xml:ns:imdn\">\n<message-id>34jk324j</message-id>\n"
        + "<datetime>2008-04-04T12:16:49-05:00</datetime>\n<recipient-uri>im:bob@example.com</recipient-uri>\n"
        + "<original-recipient-uri\n>im:bob@example.com</original-recipient-uri>\n<delivery-notification>\n<status>\n<delivered/>\n</status>\n"
        + "</delivery-notification>\n</imdn>";

    [Fact(DisplayName = "The message of section 7.1.1 asks for deliveries and failures")]
    public void Wishes()
    {
        var request = ImdnRequest.Of(Read(Asking))!;
        Assert.Equal(("34jk324j", ImdnWishes.Delivery | ImdnWishes.Failure, ""), (request.MessageId, request.Wishes, request.Original));
        Assert.Empty(request.Routes);
        Assert.Null(ImdnRequest.Of(Read(Asking.Replace("imdn.Message-ID: 34jk324j\r\n", "", StringComparison.Ordinal))));
    }

    [Fact(DisplayName = "The notification of section 7.2.1.1 reads as it says, and written again the same")]
    public void Reports()
    {
        var report = ImdnReport.Read(Encoding.UTF8.GetBytes(Report))!;
        Assert.Equal(
            new ImdnReport("34jk324j", "2008-04-04T12:16:49-05:00", ImdnKind.Delivery, ImdnStatus.Delivered, "im:bob@example.com", "im:bob@example.com"), report);
        Assert.Equal(report, ImdnReport.Read(report.Write()));
    }

    [Fact(DisplayName = "All wishes are written and read; words nobody knows are passed over; at most five routes are kept, nearest first")]
    public void Asked()
    {
        const ImdnWishes All = ImdnWishes.Delivery | ImdnWishes.Failure | ImdnWishes.Display | ImdnWishes.Processing;
        var message = ImdnRequest.Ask(Read("From: <a:b>\r\n\r\n\r\nx"), "m1", All);
        Assert.Equal("positive-delivery, negative-delivery, display, processing", message[CpimHeader.Imdn, "Disposition-Notification"]);
        for (var hop = 0; hop < 7; hop++)
        {
            message = message.With(CpimHeader.Imdn, "IMDN-Record-Route", $"<im:hop{hop}@x>");
        }

        var request = ImdnRequest.Of(Read(Encoding.UTF8.GetString(message.Write())))!;
        Assert.Equal(All, request.Wishes);
        Assert.Equal(["im:hop0@x", "im:hop1@x", "im:hop2@x", "im:hop3@x", "im:hop4@x"], request.Routes.Select(hop => hop.Uri));
        var strange = Asking.Replace("positive-delivery, negative-delivery", "Display;x=y , reading", StringComparison.Ordinal);
        Assert.Equal(ImdnWishes.Display, ImdnRequest.Of(Read(strange))!.Wishes);
    }

    [Fact(DisplayName = "A notification travels in a message that asks for none, along the recorded routes (section 7.2.1.1)")]
    public void Wrapped()
    {
        var report = new ImdnReport("m1", "2026-01-01T00:00:00Z", ImdnKind.Processing, ImdnStatus.Processed);
        var message = Read(Encoding.UTF8.GetString(report.Wrap(
            new CpimAddress("", "sip:room@x"), new CpimAddress("Alice", "sip:alice@x"), "n1", new DateTimeOffset(2026, 1, 1, 0, 0, 1, TimeSpan.Zero),
            [new CpimAddress("", "im:hop@x")]).Write()));
        Assert.Equal(("sip:room@x", "Alice"), (message.From?.Uri, message.To.Single().Name));
        Assert.Equal("notification", message.ContentHeader("Content-Disposition"));
        Assert.Equal("<im:hop@x>", message[CpimHeader.Imdn, "IMDN-Route"]);
        Assert.Null(message[CpimHeader.Imdn, "Disposition-Notification"]);
        Assert.Equal((ImdnReport.MediaType, report), (message.ContentType, ImdnReport.Read(message.Content)));
    }

    [Theory(DisplayName = "Of what a room has committed it says what was asked for and what it can know")]
    [InlineData("positive-delivery, processing, display", false, "Processed Delivered")]
    [InlineData("positive-delivery, processing", true, "Processed")]
    [InlineData("negative-delivery, display", false, "")]
    public void Committed(string wishes, bool isPrivate, string said)
    {
        var request = ImdnRequest.Of(Read(Asking.Replace("positive-delivery, negative-delivery", wishes, StringComparison.Ordinal)))!;
        var reports = request.WhenCommitted("sip:room@x", "2006-04-04T12:16:49-05:00", isPrivate).ToList();
        Assert.Equal(said, string.Join(' ', reports.Select(report => report.Status)));
        Assert.All(reports, report => Assert.Equal(("34jk324j", "sip:room@x"), (report.MessageId, report.Recipient)));
    }

    [Theory(DisplayName = "A status that is not of its notification, and what lacks id or status, is no report")]
    [InlineData("<delivered/>", "<displayed/>")]
    [InlineData("<delivered/>", "")]
    [InlineData("<message-id>34jk324j</message-id>", "")]
    [InlineData("delivery-notification", "reading-notification")]
    [InlineData("urn:ietf:params:xml:ns:imdn", "urn:x")]
    public void Strange(string from, string to) => Assert.Null(ImdnReport.Read(Encoding.UTF8.GetBytes(Report.Replace(from, to, StringComparison.Ordinal))));

    private static CpimMessage Read(string text)
    {
        Assert.True(CpimMessage.TryRead(Encoding.UTF8.GetBytes(text), out var message, out var fault), fault.ToString());
        return message;
    }
}
