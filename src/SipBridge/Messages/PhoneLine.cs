using System.Text;
using Sylk.Conference.Protocols.Cpim;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>One MESSAGE to a phone inside its call.</summary>
/// <param name="Name">Whose line it is: the name in From; empty for none.</param>
/// <param name="Receipt">Of which private line it must be told what became of it; null for others.</param>
internal sealed record PhoneLine(string Name, string ContentType, ReadOnlyMemory<byte> Body, string? Receipt = null)
{
    private const string EditMark = "(edit) ";
    private const int CutAt = 240;

    /// <param name="line">As the room has it.</param>
    /// <param name="isEdit">Other words for a line that was said before.</param>
    /// <param name="page">Where all of it can be read; empty where nobody knows.</param>
    /// <param name="mostBytes">The path takes no more.</param>
    public static PhoneLine Of(ChatMessage line, bool isEdit, string page, int mostBytes)
    {
        var words = $"{(isEdit ? EditMark : "")}{(line.Action ? "/me " : "")}{line.Content}";
        var body = Encoding.UTF8.GetBytes(words);
        if (body.Length > mostBytes)
            body = Encoding.UTF8.GetBytes($"{Beginning(words)}… {page}".TrimEnd());
        return new(line.From.DisplayName, "text/plain;charset=utf-8", body, line.To is null || isEdit ? null : line.Id);
    }

    /// <summary>The same inside CPIM, for phones that ask for it: with its id, its time and our mark (rule LO-2).</summary>
    public PhoneLine Wrap(string id, DateTimeOffset at, SipUri room, string token)
    {
        var message = new CpimMessage { ContentHeaders = [new("Content-Type", ContentType)], Content = Body }
            .With(CpimHeader.Core, CpimHeader.From, new CpimAddress(Name, room.ToString()).ToString())
            .With(CpimHeader.Core, CpimHeader.To, new CpimAddress("", room.ToString()).ToString())
            .With(CpimHeader.Core, CpimHeader.DateTime, CpimMessage.TimeText(at))
            .With(CpimHeader.Imdn, "Message-ID", id).PassedBy(token);
        return this with { ContentType = CpimMessage.MediaType, Body = message.Write() };
    }

    private static string Beginning(string words)
    {
        var end = Math.Min(CutAt, words.Length);
        return words[..(end > 0 && char.IsHighSurrogate(words[end - 1]) ? end - 1 : end)];
    }
}
