using System.Globalization;
using System.Text;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Protocols.Msrp;

/// <summary>Our <c>m=message</c> section.</summary>
public sealed record MsrpMediaWriter
{
    public required MsrpUri Local { get; init; }

    /// <summary>Relays of ours, the far end's first (RFC 4976 section 5.1).</summary>
    public IReadOnlyList<MsrpUri> Relays { get; init; } = [];

    /// <summary>In the <c>c=</c> line.</summary>
    public required string Address { get; init; }
    public required IReadOnlyList<string> AcceptTypes { get; init; }
    public IReadOnlyList<string> AcceptWrappedTypes { get; init; } = [];
    public long MaxSize { get; init; } = MsrpLimits.MaxText;

    /// <summary>Null where the other end says nothing of it (RFC 6135).</summary>
    public SetupRole? Setup { get; init; }
    public bool HasCema { get; init; }

    /// <summary>What the room can do (RFC 7701 section 8); empty where it is none.</summary>
    public string ChatRoom { get; init; } = "";
    public MediaDirection Direction { get; init; } = MediaDirection.SendRecv;
    public Fingerprint? Fingerprint { get; init; }
    public MsrpFileSelector? File { get; init; }
    public string? FileTransferId { get; init; }
    public MsrpByteRange? FileRange { get; init; }

    public string Print()
    {
        var first = Relays.Count > 0 ? Relays[0] : Local;
        var media = new MediaDescription(MsrpMedia.Kind, first.IsSecure ? "TCP/TLS/MSRP" : "TCP/MSRP")
        {
            Port = first.Port,
            Connection = new SdpConnection("IN", Address.Contains(':', StringComparison.Ordinal) ? "IP6" : "IP4", Address),
        };
        media.Formats.Add("*");
        var attributes = media.Attributes;
        attributes.Add("accept-types", string.Join(' ', AcceptTypes));
        Add(attributes, "accept-wrapped-types", string.Join(' ', AcceptWrappedTypes));
        attributes.Add("path", MsrpPath.Print(Relays.Append(Local)));
        attributes.Add("max-size", MaxSize.ToString(CultureInfo.InvariantCulture));
        Add(attributes, "chatroom", ChatRoom);
        media.Setup = Setup;
        attributes.SetFlag("msrp-cema", HasCema);
        if (Fingerprint is { } fingerprint)
        {
            attributes.Add(fingerprint);
        }

        Add(attributes, "file-selector", File?.ToString());
        Add(attributes, "file-transfer-id", FileTransferId);
        Add(attributes, "file-range", FileRange is { } range ? $"{range.Start}-{(range.End is { } end ? end.ToString(CultureInfo.InvariantCulture) : "*")}" : null);
        media.Direction = Direction;
        return SdpPrinter.Print(new SdpFragment { Media = { media } });
    }

    /// <summary>The answer to a section that is not taken: the same words, port 0 (RFC 3264 section 6).</summary>
    /// <param name="line">The <c>m=</c> line of the offer.</param>
    public static string Refuse(string line)
    {
        var words = line.Split(' ');
        var text = new StringBuilder(words[0]).Append(" 0");
        foreach (var word in words.Skip(2).Take(2))
        {
            text.Append(' ').Append(word);
        }

        return text.Append("\r\n").ToString();
    }

    private static void Add(SdpAttributeList attributes, string name, string? value)
    {
        if (value is { Length: > 0 })
        {
            attributes.Add(name, value);
        }
    }
}
