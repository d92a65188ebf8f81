using System.Collections.Immutable;
using System.Globalization;

namespace Sylk.Conference.Protocols.Cpim;

/// <summary>What is wrong with a message.</summary>
public enum CpimFault : byte
{
    None,

    /// <summary>Not the shape of RFC 3862 section 2.</summary>
    Malformed,

    /// <summary>More headers, or longer ones, than anybody needs.</summary>
    TooMuch,

    /// <summary>It asks for something we do not know (section 3.5): refused as an unsupported type is.</summary>
    Required,
}

/// <summary>
/// A message/cpim body (RFC 3862): headers about the message, headers about its content, the content. Unknown headers are kept as they
/// are, so that a relay loses none.
/// </summary>
public sealed record CpimMessage
{
    public const string MediaType = "message/cpim";

    /// <summary>Marks of switches on one message: with more it is going round.</summary>
    private const int MostHops = 5;

    /// <summary>In their order, without <c>NS</c>, whose meaning is in each header.</summary>
    public ImmutableArray<CpimHeader> Headers { get; init; } = [];

    /// <summary>The MIME headers of the content; names compare without case.</summary>
    public ImmutableArray<KeyValuePair<string, string>> ContentHeaders { get; init; } = [];

    public ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>Null when it is missing or unreadable.</summary>
    public CpimAddress? From => AddressOf(CpimHeader.Core, CpimHeader.From);

    /// <summary>All readable ones.</summary>
    public IEnumerable<CpimAddress> To =>
        from header in Headers
        where header.Is(CpimHeader.Core, CpimHeader.To)
        let address = CpimAddress.TryParse(header.Value, out var read) ? read : null
        where address is not null
        select address;

    /// <summary>When it was sent (RFC 3339); null when nobody says so readably.</summary>
    public DateTimeOffset? SentAt => MarkupText.TimeOf(this[CpimHeader.Core, CpimHeader.DateTime]);

    /// <summary>Of the content, with its parameters; text/plain where nothing is said (RFC 2045 section 5.2).</summary>
    public string ContentType => ContentHeader("Content-Type") ?? "text/plain";

    /// <summary>The first value of a header, escapes and all; null when it is missing.</summary>
    public string? this[string space, string name]
    {
        get
        {
            foreach (var header in Headers)
            {
                if (header.Is(space, name))
                {
                    return header.Value;
                }
            }

            return null;
        }
    }

    public static bool TryRead(ReadOnlyMemory<byte> body, out CpimMessage message, out CpimFault fault) =>
        CpimReader.TryRead(body, out message, out fault);

    public string? ContentHeader(string name)
    {
        foreach (var (key, value) in ContentHeaders)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }

    public CpimAddress? AddressOf(string space, string name) =>
        this[space, name] is { } value && CpimAddress.TryParse(value, out var address) ? address : null;

    public CpimMessage With(string space, string name, string value) => this with { Headers = Headers.Add(new CpimHeader(space, name, value)) };

    /// <summary>Says which switch it came through.</summary>
    /// <param name="token">By which that one knows itself; a token of the grammar.</param>
    public CpimMessage PassedBy(string token) => With(CpimHeader.Sylk, "Origin", token);

    /// <summary>It came through this switch before, or through more than anybody needs.</summary>
    public bool HasComeRound(string token)
    {
        var marks = Headers.Where(header => header.Is(CpimHeader.Sylk, "Origin")).Select(header => header.Value).ToList();
        return marks.Count > MostHops || marks.Contains(token);
    }

    /// <summary>To the wire. What has a namespace of its own gets a prefix that is declared before.</summary>
    public byte[] Write() => CpimWriter.Write(this);

    /// <summary>A DateTime value: UTC with milliseconds.</summary>
    public static string TimeText(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
