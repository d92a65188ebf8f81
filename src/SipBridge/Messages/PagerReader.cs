using System.Security.Cryptography;
using System.Text;
using Sylk.Conference.Protocols.Cpim;
using Sylk.Conference.Protocols.Messaging;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>Reads MESSAGE requests (RFC 3428): size, type, CPIM around the text, marks of loops.</summary>
internal static class PagerReader
{
    /// <summary>What we take: the value of Accept in a 415.</summary>
    public const string Accept = "text/plain, text/markdown, text/html, message/cpim, message/imdn+xml, application/im-iscomposing+xml";

    /// <summary>Bytes of a body in a datagram (RFC 3428 section 8).</summary>
    public const int MostInDatagram = 1_300;

    private const int MostBytes = 64 * 1024;
    private const int LongestOwnId = 64;

    /// <param name="token">By which we know what we sent ourselves (rule LO-2).</param>
    public static PagerReading Read(SipMessage message, SipFlow flow, string token)
    {
        if (message.Body.Length > (flow.Transport == SipTransport.Udp ? MostInDatagram : MostBytes))
            return new(413);
        if (message.Body.IsEmpty)
            return PagerReading.Nothing;
        var key = KeyOf(message);
        return message.ContentType switch
        {
            null => new(415),
            { Name: CpimMessage.MediaType } => Unwrap(message.Body, key, token),
            { IsMultipart: true } => ReadParts(message, key),
            var type => ReadContent(type, message.Body, key),
        };
    }

    private static PagerReading ReadParts(SipMessage message, string key) =>
        SipMultipart.TryRead(message, out var parts) && parts.FirstOrDefault(part => part.Type.Name == "text/plain") is { } text
            ? ReadContent(text.Type, text.Content, key) : new(415);

    private static PagerReading Unwrap(ReadOnlyMemory<byte> body, string key, string token)
    {
        if (!CpimMessage.TryRead(body, out var message, out var fault))
            return new(fault switch { CpimFault.TooMuch => 413, CpimFault.Required => 415, _ => 400 });
        if (message.HasComeRound(token))
            return new(482);
        if (message.To.Skip(1).Any())
            return new(403);
        if (!SipContentType.TryParse(message.ContentType, out var type))
            return new(400);
        var asks = ImdnRequest.Of(message);
        var reading = ReadContent(type, message.Content, asks is { MessageId: { } id } && IsOwnId(id) ? id : key);
        return reading.Text is { } text
            ? reading with { Text = text with { Asks = asks, SentAt = message[CpimHeader.Core, CpimHeader.DateTime] ?? "" } } : reading;
    }

    private static PagerReading ReadContent(SipContentType type, ReadOnlyMemory<byte> content, string key) => type.Name switch
    {
        "text/plain" or "text/markdown" or "text/html" => ReadText(type, content.Span, key),
        Composing.MediaType => Composing.Read(content) is { } composing ? new(200, Composing: composing) : new(400),
        ImdnReport.MediaType => ImdnReport.Read(content) is { } report ? new(200, Report: report) : new(400),
        _ => new(415),
    };

    /// <summary>What a room cannot read is refused (section 12.3); what is empty is no line.</summary>
    private static PagerReading ReadText(SipContentType type, ReadOnlySpan<byte> content, string key)
    {
        var words = ChatContent.Read(content, type);
        if (words.Refusal is { } refusal)
            return new(refusal.Code == ErrorCodes.FileTypeRefused ? 415 : 413);
        return words.IsEmpty ? PagerReading.Nothing : new(200, new PagerText(key, words.Content.TrimEnd('\n')));
    }

    private static bool IsOwnId(string id) => id.Length <= LongestOwnId && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or ':');

    /// <summary>Where the message has no id of its own: who, which request, which words (rule CH-5).</summary>
    private static string KeyOf(SipMessage message)
    {
        var head = Encoding.UTF8.GetBytes($"{message.First(SipHeader.From)}\n{message.CallId}\n{message.First(SipHeader.CSeq)}\n");
        return "sip-" + Convert.ToHexStringLower(SHA256.HashData([.. head, .. message.Body.Span]).AsSpan(0, 16));
    }
}
