using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Protocols.Msrp;

/// <summary>
/// What the other end says of a session in an <c>m=message</c> section (RFC 4975 section 8, RFC 6135, RFC 6714, RFC 7701 section 8,
/// RFC 5547 section 6).
/// </summary>
public sealed record MsrpMedia
{
    public const string Kind = "message";

    /// <summary>0: refused, or over.</summary>
    public required int Port { get; init; }

    /// <summary>The section's own address, or the session's; empty where there is none.</summary>
    public string Address { get; init; } = "";

    /// <summary>TCP/TLS/MSRP.</summary>
    public bool IsSecure { get; init; }
    public required IReadOnlyList<MsrpUri> Path { get; init; }
    public IReadOnlyList<string> AcceptTypes { get; init; } = [];
    public IReadOnlyList<string> AcceptWrappedTypes { get; init; } = [];
    public long? MaxSize { get; init; }
    public SetupRole? Setup { get; init; }

    /// <summary>The m and c lines say where to connect (RFC 6714).</summary>
    public bool HasCema { get; init; }

    /// <summary>They know of private messages in rooms.</summary>
    public bool HasPrivateMessages { get; init; }
    public bool HasNicknames { get; init; }
    public MediaDirection Direction { get; init; } = MediaDirection.SendRecv;
    public IReadOnlyList<Fingerprint> Fingerprints { get; init; } = [];

    /// <summary>Null: this is a conversation.</summary>
    public MsrpFileSelector? File { get; init; }

    /// <summary>Names this transfer for as long as it takes.</summary>
    public string? FileTransferId { get; init; }

    /// <summary>Which bytes are wanted or will be sent; null: all.</summary>
    public MsrpByteRange? FileRange { get; init; }

    /// <param name="section">From the <c>m=</c> line on.</param>
    /// <param name="media">What was read.</param>
    /// <returns>False when it is no section of ours or cannot be understood.</returns>
    public static bool TryRead(string section, [NotNullWhen(true)] out MsrpMedia? media)
    {
        media = null;
        if (!SdpParser.TryParse("v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n" + section, out var session, out _)
            || session.Media is not [{ KindName: Kind } described])
        {
            return false;
        }

        var attributes = described.Attributes;
        var isMsrp = described.Protocol is "TCP/MSRP" or "TCP/TLS/MSRP";
        IReadOnlyList<MsrpUri> path = [];
        if (!isMsrp || (!MsrpPath.TryParse(attributes.First("path"), out path) && described.Port != 0))
        {
            return false;
        }

        MsrpFileSelector? file = null;
        if (attributes.Has("file-selector") && !MsrpFileSelector.TryParse(attributes.First("file-selector") ?? "", out file))
        {
            return false;
        }

        var room = Words(attributes.First("chatroom"));
        media = new MsrpMedia
        {
            Port = described.Port,
            Address = described.Connection?.Address ?? "",
            IsSecure = described.Protocol == "TCP/TLS/MSRP",
            Path = path,
            AcceptTypes = Words(attributes.First("accept-types")),
            AcceptWrappedTypes = Words(attributes.First("accept-wrapped-types")),
            MaxSize = SizeOf(attributes.First("max-size")),
            Setup = described.Setup,
            HasCema = attributes.Has("msrp-cema"),
            HasPrivateMessages = room.Contains("private-messages"),
            HasNicknames = room.Contains("nickname"),
            Direction = described.Direction,
            Fingerprints = described.Fingerprints,
            File = file,
            FileTransferId = attributes.First("file-transfer-id"),
            FileRange = RangeOf(attributes.First("file-range")),
        };
        return true;
    }

    /// <summary>Whether a type is among those that were named; <c>*</c> stands for all (RFC 4975 section 8.6).</summary>
    public static bool Accepts(IReadOnlyList<string> types, string type) => types.Any(accepted => accepted == "*"
        || string.Equals(accepted, type, StringComparison.OrdinalIgnoreCase)
        || (accepted.EndsWith("/*", StringComparison.Ordinal) && type.StartsWith(accepted[..^1], StringComparison.OrdinalIgnoreCase)));

    private static string[] Words(string? text) => (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static long? SizeOf(string? text) =>
        text is { Length: <= 15 } && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : null;

    /// <summary><c>first-last</c>, of which the last may be <c>*</c> (RFC 5547 section 6).</summary>
    private static MsrpByteRange? RangeOf(string? text) => text is not null && MsrpByteRange.TryParse(text + "/*", out var range) ? range : null;
}
