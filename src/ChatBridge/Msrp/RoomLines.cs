using System.Globalization;
using System.Text;
using Sylk.Conference.Protocols.Cpim;
using Sylk.Conference.Protocols.Messaging;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge;

/// <summary>What a room says, as CPIM (rule MSRP-C-4), with our mark (rule LO-2).</summary>
internal sealed class RoomLines(RoomAddresses addresses, string reader, string token)
{
    private const string Text = "text/plain;charset=utf-8";

    /// <summary>When those who see it as active should stop believing so (RFC 3994 section 3.2).</summary>
    private const int RefreshSeconds = 60;

    /// <param name="wishes">What its reader is asked to tell; for private lines only (section 10.7).</param>
    public byte[] Line(ChatMessage line, ImdnWishes wishes = ImdnWishes.None)
    {
        var words = line.Action ? "/me " + line.Content : line.Content;
        var message = Of(addresses.Of(line.From), line.To is null ? addresses.Room : new CpimAddress("", reader), line.Timestamp, Text, words);
        return ImdnRequest.Ask(message, line.Id, wishes).Write();
    }

    public byte[] Edited(ChatMessage line) => Line(line with { Content = "(edit) " + line.Content });

    /// <summary>Of the room itself; Blink and its kin show it as a status line.</summary>
    public byte[] Notice(DateTimeOffset at, string words) => Of(addresses.Room, addresses.Room, at, Text, words)
        .With(CpimHeader.AgProjects, "Message-Type", "status").Write();

    public byte[] Typing(DateTimeOffset at, ParticipantInfo who, bool active, bool isPrivate) => Of(
        addresses.Of(who), isPrivate ? new CpimAddress("", reader) : addresses.Room, at, Composing.MediaType,
        Encoding.UTF8.GetString(new Composing(active, active ? RefreshSeconds : null).Write())).Write();

    public static string Welcome(string room, int others) => others switch
    {
        0 => $"Welcome to {room}. You are the first here.",
        1 => $"Welcome to {room}. One other is here.",
        _ => string.Create(CultureInfo.InvariantCulture, $"Welcome to {room}. {others} others are here."),
    };

    private CpimMessage Of(CpimAddress from, CpimAddress to, DateTimeOffset at, string type, string words) => new()
    {
        Headers =
        [
            new CpimHeader(CpimHeader.Core, CpimHeader.From, from.ToString()),
            new CpimHeader(CpimHeader.Core, CpimHeader.To, to.ToString()),
            new CpimHeader(CpimHeader.Core, CpimHeader.DateTime, CpimMessage.TimeText(at)),
            new CpimHeader(CpimHeader.Sylk, "Origin", token),
        ],
        ContentHeaders = [new("Content-Type", type)],
        Content = Encoding.UTF8.GetBytes(words),
    };
}
