using System.Buffers;
using System.Globalization;
using System.Text;

namespace Sylk.Conference.Protocols.Msrp;

/// <summary>Writes requests and responses. What would end a line inside a value is left out.</summary>
public static class MsrpWriter
{
    /// <summary>A request with headers only.</summary>
    public static byte[] Request(
        string transactionId, string method, string toPath, string fromPath, params IReadOnlyList<(string Name, string Value)> headers)
    {
        var text = Begin(transactionId, method, toPath, fromPath, headers);
        return Encoding.UTF8.GetBytes(Finish(text, transactionId, MsrpFlag.Complete).ToString());
    }

    /// <summary>
    /// A SEND with content. The transaction id is drawn again while its end line stands in the content, which with random ids
    /// never happens but by intent (rule MSRP-F-4).
    /// </summary>
    public static byte[] Chunk(
        MsrpIds ids, out string transactionId, MsrpChunkHead head, ReadOnlySpan<byte> content, MsrpFlag flag)
    {
        do
        {
            transactionId = ids.Transaction();
        }
        while (content.IndexOf(Encoding.ASCII.GetBytes("-------" + transactionId)) >= 0);
        var text = Begin(transactionId, MsrpMethod.Send, head.ToPath, head.FromPath, head.Fields);
        if (head.ContentType.Length > 0)
        {
            Line(text, MsrpHeader.ContentType, head.ContentType).Append("\r\n");
        }

        var bytes = new ArrayBufferWriter<byte>(content.Length + 1024);
        Encoding.UTF8.GetBytes(text.ToString(), bytes);
        if (head.ContentType.Length > 0)
        {
            bytes.Write(content);
            bytes.Write("\r\n"u8);
        }

        Encoding.UTF8.GetBytes(Finish(text.Clear(), transactionId, flag).ToString(), bytes);
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>The way back one hop: between the first addresses of both paths (section 7.2).</summary>
    public static byte[] Response(MsrpHead request, int status, string? comment = null)
    {
        var text = new StringBuilder(256);
        text.Append("MSRP ").Append(request.TransactionId).Append(' ').Append(status.ToString("000", CultureInfo.InvariantCulture));
        text.Append(' ').Append(Clean(comment ?? MsrpStatus.ReasonOf(status))).Append("\r\n");
        Line(text, MsrpHeader.ToPath, request.From[0].ToString());
        Line(text, MsrpHeader.FromPath, request.To[0].ToString());
        return Encoding.UTF8.GetBytes(Finish(text, request.TransactionId, MsrpFlag.Complete).ToString());
    }

    private static StringBuilder Begin(
        string transactionId, string method, string toPath, string fromPath, IReadOnlyList<(string Name, string Value)> headers)
    {
        var text = new StringBuilder(512);
        text.Append("MSRP ").Append(transactionId).Append(' ').Append(method).Append("\r\n");
        Line(text, MsrpHeader.ToPath, toPath);
        Line(text, MsrpHeader.FromPath, fromPath);
        foreach (var (name, value) in headers)
        {
            Line(text, name, value);
        }

        return text;
    }

    private static StringBuilder Finish(StringBuilder text, string transactionId, MsrpFlag flag) =>
        text.Append("-------").Append(transactionId).Append(flag switch { MsrpFlag.More => '+', MsrpFlag.Aborted => '#', _ => '$' }).Append("\r\n");

    private static StringBuilder Line(StringBuilder text, string name, string value) =>
        text.Append(name).Append(": ").Append(Clean(value)).Append("\r\n");

    private static string Clean(string value) =>
        value.AsSpan().ContainsAny('\r', '\n', '\0') ? string.Concat(value.Where(c => c is not ('\r' or '\n' or '\0'))) : value;
}

/// <summary>What stands before the content of a chunk. Without a content type there is no content.</summary>
public readonly record struct MsrpChunkHead(
    string ToPath, string FromPath, IReadOnlyList<(string Name, string Value)> Fields, string ContentType);
