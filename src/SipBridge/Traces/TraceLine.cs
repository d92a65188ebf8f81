using System.Globalization;
using System.Text;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

/// <summary>One message in a few words.</summary>
/// <param name="Summary"><c>INVITE</c>, or <c>200 OK</c>.</param>
/// <param name="For">The method a response is for; the same as the summary's of requests.</param>
/// <param name="HasDescription">It carries SDP.</param>
public sealed record TraceLine(DateTimeOffset At, bool IsOurs, string Transport, string Remote, string Summary, string For, int Size, bool HasDescription)
{
    public static TraceLine Of(TracedMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var bytes = message.Bytes.Span;
        var end = bytes.IndexOf("\r\n\r\n"u8);
        var head = end < 0 ? bytes : bytes[..end];
        var first = Encoding.UTF8.GetString(head[..Math.Max(0, head.IndexOf("\r\n"u8))]);
        var words = first.Split(' ', 3);
        var isResponse = first.StartsWith("SIP/2.0 ", StringComparison.Ordinal);
        var method = TraceMask.ValueOf(head, SipHeader.CSeq).Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var name, ..] ? name : "";
        var remote = message.Flow.Remote.ToIPEndPoint().ToString();
        return new(
            message.At, message.IsOurs, message.Flow.Transport.Name().ToLowerInvariant(), remote,
            isResponse ? string.Join(' ', words.Skip(1)) : words[0], method, bytes.Length, bytes.IndexOf("\r\nm=audio "u8) >= 0);
    }
}

/// <summary>A trace as a picture: time goes down, the phone stands left, this server right.</summary>
public static class TraceDrawing
{
    private const int Left = 150;
    private const int Right = 610;
    private const int First = 70;
    private const int Step = 34;
    private const int MostLines = 200;

    public static string Draw(IReadOnlyList<TraceLine> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var shown = lines.Take(MostLines).ToArray();
        var height = First + (shown.Length * Step) + 20;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 760 {height}\" font-family=\"sans-serif\" font-size=\"13\" role=\"img\" aria-label=\"Signalling of a call\">");
        svg.Append("<defs><marker id=\"a\" markerWidth=\"9\" markerHeight=\"8\" refX=\"8\" refY=\"4\" orient=\"auto\"><path d=\"M0 0 9 4 0 8z\" fill=\"currentColor\"/></marker></defs>");
        svg.Append(CultureInfo.InvariantCulture, $"<g text-anchor=\"middle\" fill=\"currentColor\"><text x=\"{Left}\" y=\"28\">{Escaped(shown.FirstOrDefault()?.Remote ?? "")}</text><text x=\"{Right}\" y=\"28\">this server</text></g>");
        svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} 40V{height - 10}M{Right} 40V{height - 10}\" stroke=\"currentColor\" opacity=\".4\"/>");
        for (var i = 0; i < shown.Length; i++)
            svg.Append(Arrow(shown[i], First + (i * Step), shown[0].At));
        return svg.Append("</svg>").ToString();
    }

    private static string Arrow(TraceLine line, int y, DateTimeOffset start)
    {
        var (from, to) = line.IsOurs ? (Right - 4, Left + 4) : (Left + 4, Right - 4);
        var words = line.Summary + (line.Summary == line.For ? "" : $" ({line.For})") + (line.HasDescription ? " SDP" : "");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"<g fill=\"currentColor\"><text x=\"10\" y=\"{y + 4}\" font-size=\"11\" opacity=\".7\">{(line.At - start).TotalSeconds:0.000} s</text><text x=\"{(Left + Right) / 2}\" y=\"{y - 4}\" text-anchor=\"middle\">{Escaped(words)}</text><path d=\"M{from} {y}H{to}\" stroke=\"currentColor\" marker-end=\"url(#a)\"/></g>");
    }

    private static string Escaped(string text) => System.Security.SecurityElement.Escape(text) ?? "";
}
