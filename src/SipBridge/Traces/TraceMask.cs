using System.Text;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

/// <summary>
/// Takes out of a SIP message what nobody who looks for a fault needs: answers to challenges, keys of media, digits, and what people write.
/// Stars stand in their place, as many as there were bytes, so that all lengths stay right.
/// </summary>
internal static class TraceMask
{
    private static readonly string[] Credentials = [SipHeader.Authorization, SipHeader.ProxyAuthorization, SipHeader.WwwAuthenticate, SipHeader.ProxyAuthenticate];

    /// <summary>What stands behind these words in a description, to the end of the line.</summary>
    private static readonly string[] KeyWords = ["inline:", "a=ice-pwd:", "a=ice-ufrag:"];

    /// <param name="message">As it came or goes.</param>
    /// <returns>A copy.</returns>
    public static byte[] Copy(ReadOnlySpan<byte> message)
    {
        var copy = message.ToArray();
        var end = message.IndexOf("\r\n\r\n"u8);
        var head = copy.AsSpan(0, end < 0 ? copy.Length : end);
        MaskHeaders(head);
        if (end >= 0)
            MaskBody(head, copy.AsSpan(end + 4));
        return copy;
    }

    private static void MaskHeaders(Span<byte> head)
    {
        var isHidden = false;
        foreach (var range in Lines(head))
        {
            var line = head[range];
            var isFolded = line is [(byte)' ' or (byte)'\t', ..]; // belongs to the line above
            isHidden = isFolded ? isHidden : IsCredential(line);
            if (isHidden)
                Star(isFolded ? line : line[ValueAt(line)..]);
        }
    }

    private static bool IsCredential(ReadOnlySpan<byte> line)
    {
        foreach (var name in Credentials)
        {
            if (Begins(line, name))
                return true;
        }
        return false;
    }

    /// <summary>Behind the scheme, <c>Digest</c>, which is no secret.</summary>
    private static int ValueAt(ReadOnlySpan<byte> line)
    {
        var at = line.IndexOf((byte)':') + 1;
        while (at < line.Length && line[at] == ' ')
            at++;
        var scheme = line[at..].IndexOf((byte)' ');
        return scheme < 0 ? at : at + scheme + 1;
    }

    private static void MaskBody(ReadOnlySpan<byte> head, Span<byte> body)
    {
        var (type, method) = (TypeIn(head), MethodIn(head));
        if (method == SipMethod.Message || type.Contains("dtmf", StringComparison.OrdinalIgnoreCase))
        {
            Star(body); // what people write, and what they type
            return;
        }
        foreach (var range in Lines(body))
        {
            var line = body[range];
            foreach (var word in KeyWords)
            {
                var at = line.IndexOf(Encoding.ASCII.GetBytes(word));
                if (at >= 0)
                    Star(line[(at + word.Length)..]);
            }
        }
    }

    /// <summary>The method of requests, or that of CSeq.</summary>
    private static string MethodIn(ReadOnlySpan<byte> head) => ValueOf(head, SipHeader.CSeq).Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var method, ..] ? method : "";

    private static string TypeIn(ReadOnlySpan<byte> head) => ValueOf(head, SipHeader.ContentType) is { Length: > 0 } type ? type : ValueOf(head, "c");

    /// <summary>The first header of that name; empty when there is none.</summary>
    public static string ValueOf(ReadOnlySpan<byte> head, string name)
    {
        foreach (var range in Lines(head))
        {
            if (Begins(head[range], name))
                return Encoding.UTF8.GetString(head[range][(head[range].IndexOf((byte)':') + 1)..]).Trim();
        }
        return "";
    }

    private static bool Begins(ReadOnlySpan<byte> line, string name)
    {
        var colon = line.IndexOf((byte)':');
        return colon > 0 && Encoding.ASCII.GetString(line[..colon]).Trim().Equals(name, StringComparison.OrdinalIgnoreCase);
    }

    private static List<Range> Lines(ReadOnlySpan<byte> text)
    {
        var lines = new List<Range>();
        for (var from = 0; from <= text.Length;)
        {
            var length = text[from..].IndexOf((byte)'\n');
            var to = length < 0 ? text.Length : from + length;
            lines.Add(from..(to > from && text[to - 1] == '\r' ? to - 1 : to));
            from = to + 1;
        }
        return lines;
    }

    private static void Star(Span<byte> bytes)
    {
        foreach (ref var one in bytes)
        {
            if (one is not ((byte)'\r' or (byte)'\n'))
                one = (byte)'*';
        }
    }
}
