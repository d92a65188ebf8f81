using System.Collections.Frozen;

namespace Sylk.Conference.Server.Auth;

/// <summary>What an API key may be good for (product §4).</summary>
internal static class Scopes
{
    public const string RoomsRead = "rooms:read";
    public const string RoomsWrite = "rooms:write";
    public const string ParticipantsWrite = "participants:write";
    public const string CallsWrite = "calls:write";
    public const string RecordingsRead = "recordings:read";
    public const string RecordingsWrite = "recordings:write";
    public const string MessagesWrite = "messages:write";
    public const string AddressesWrite = "addresses:write";
    public const string WebhooksWrite = "webhooks:write";
    public const string TrunksWrite = "trunks:write";
    public const string ServerRead = "server:read";
    public const string ServerWrite = "server:write";

    public static readonly FrozenSet<string> All = FrozenSet.Create(
        StringComparer.Ordinal, RoomsRead, RoomsWrite, ParticipantsWrite, CallsWrite, RecordingsRead, RecordingsWrite, MessagesWrite,
        AddressesWrite, WebhooksWrite, TrunksWrite, ServerRead, ServerWrite);
}
