using System.Text;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>One part of a body. <paramref name="IsRequired"/>: one who does not know the type must refuse the message (RFC 5621 section 8).</summary>
public sealed record SipBodyPart(SipContentType Type, string Disposition, bool IsRequired, ReadOnlyMemory<byte> Content)
{
    /// <summary>How the content is written (RFC 2045 section 6); empty: as it is.</summary>
    public string TransferEncoding { get; init; } = "";
}

/// <summary>
/// multipart/mixed and multipart/alternative (RFC 2046, RFC 5621): at most 16 parts in all, 3 deep. A body that is no
/// multipart reads as one part.
/// </summary>
public static class SipMultipart
{
    /// <summary>The parts in their order, those inside parts included.</summary>
    public static bool TryRead(SipMessage message, out IReadOnlyList<SipBodyPart> parts)
    {
        List<SipBodyPart> list = [];
        parts = list;
        if (message.Body.IsEmpty)
        {
            return true;
        }

        return message.ContentType is { } type && TryAdd(type, message.First(SipHeader.ContentDisposition), message.Body, 0, list);
    }

    /// <summary>The parts of a body that came another way.</summary>
    public static bool TryRead(SipContentType type, ReadOnlyMemory<byte> body, out IReadOnlyList<SipBodyPart> parts)
    {
        List<SipBodyPart> list = [];
        parts = list;
        return TryAdd(type, null, body, 0, list);
    }

    /// <summary>The session description: of alternatives the last we understand, else the first part meant as one (rule SIP-BODY-1).</summary>
    public static ReadOnlyMemory<byte>? FindSdp(SipMessage message)
    {
        if (!TryRead(message, out var parts))
        {
            return null;
        }

        var fit = parts.Where(part => part.Type.Name == SipContentType.Sdp && part.Disposition is "session" or "").ToList();
        var chosen = message.ContentType?.Subtype == "alternative" ? fit.LastOrDefault() : fit.FirstOrDefault();
        return chosen?.Content;
    }

    private static bool TryAdd(SipContentType type, string? disposition, ReadOnlyMemory<byte> content, int depth, List<SipBodyPart> parts, string encoding = "")
    {
        if (type.IsMultipart)
        {
            return depth < SipLimits.MaxPartDepth && type.Parameters["boundary"] is { Length: > 0 and <= SipLimits.MaxBoundary } boundary
                && TrySplit(content, Encoding.Latin1.GetBytes("--" + boundary), depth + 1, parts);
        }

        var semicolon = disposition?.IndexOf(';', StringComparison.Ordinal) ?? -1;
        var name = (semicolon < 0 ? disposition : disposition![..semicolon])?.Trim().ToLowerInvariant();
        var handling = semicolon >= 0 && SipParameters.TryParse(disposition.AsSpan(semicolon), lenient: true, out var found) ? found["handling"] : null;
        parts.Add(new SipBodyPart(type, name ?? (type.Name == SipContentType.Sdp ? "session" : "render"), !SipText.Same(handling, "optional"), content)
        {
            TransferEncoding = encoding.Trim(),
        });
        return parts.Count <= SipLimits.MaxParts;
    }

    private static bool TrySplit(ReadOnlyMemory<byte> body, byte[] delimiter, int depth, List<SipBodyPart> parts)
    {
        var at = NextDelimiter(body.Span, delimiter, 0, out _);
        while (at >= 0)
        {
            var start = at + delimiter.Length;
            if (body.Span[start..].StartsWith("--"u8))
            {
                return true;
            }

            var line = body.Span[start..].IndexOf("\r\n"u8);
            if (line < 0)
            {
                return false;
            }

            start += line + 2;
            at = NextDelimiter(body.Span, delimiter, start, out var end);
            if (at < 0 || !TryAddPart(body[start..end], depth, parts))
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>The next delimiter at the start of a line; <paramref name="end"/> is where what stands before it ends.</summary>
    private static int NextDelimiter(ReadOnlySpan<byte> body, byte[] delimiter, int from, out int end)
    {
        var search = from;
        while (search < body.Length && body[search..].IndexOf(delimiter) is var found and >= 0)
        {
            var at = search + found;
            var isLine = at == from || (at >= from + 2 && body[at - 2] == '\r' && body[at - 1] == '\n');
            var rest = body[(at + delimiter.Length)..].TrimStart(" \t"u8);
            if (isLine && (rest.StartsWith("\r\n"u8) || rest.StartsWith("--"u8)))
            {
                end = at == from ? at : at - 2;
                return at;
            }

            search = at + 1;
        }

        end = body.Length;
        return -1;
    }

    private static bool TryAddPart(ReadOnlyMemory<byte> part, int depth, List<SipBodyPart> parts)
    {
        var headers = part.Span.StartsWith("\r\n"u8) ? 0 : part.Span.IndexOf("\r\n\r\n"u8);
        if (headers is < 0 or > SipLimits.MaxHeaderBytes)
        {
            return false;
        }

        var fields = SipFields.Read(part.Span, 0, headers);
        var content = part[(headers == 0 ? 2 : headers + 4)..];
        var holder = new SipMessage(part, default, fields, content);
        var type = holder.First(SipHeader.ContentType) is not { } value ? new SipContentType("text", "plain", SipParameters.None)
            : SipContentType.TryParse(value, out var read) ? read : null;
        return fields.Fault is null && type is not null && TryAdd(
            type, holder.First(SipHeader.ContentDisposition), content, depth, parts, holder.First("Content-Transfer-Encoding") ?? "");
    }
}
