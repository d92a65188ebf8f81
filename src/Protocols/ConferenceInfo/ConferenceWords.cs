using System.Xml.Linq;

namespace Sylk.Conference.Protocols.ConferenceInfo;

/// <summary>Names and values of the documents (RFC 4575 sections 5 and 8, RFC 6501 for nicknames).</summary>
internal static class ConferenceWords
{
    public static readonly XNamespace Main = "urn:ietf:params:xml:ns:conference-info";
    public static readonly XNamespace Extended = "urn:ietf:params:xml:ns:xcon-conference-info";
    public const string State = "state";
    public const string Whole = "full";
    public const string Part = "partial";
    public const string Deleted = "deleted";

    private static readonly string[] Statuses = ["connected", "on-hold", "disconnected", "dialing-out", "alerting", "muted-via-focus"];
    private static readonly string[] Joinings = ["dialed-in", "dialed-out", "focus-owner"];
    private static readonly string[] Flows = ["sendrecv", "sendonly", "recvonly", "inactive"];

    public static string Of(ConferenceEndpointStatus status) => Statuses[(int)status];

    public static string Of(ConferenceJoining joining) => Joinings[(int)joining];

    public static string Of(ConferenceFlow flow) => Flows[(int)flow];

    /// <summary>What we do not know is the first of them.</summary>
    public static ConferenceEndpointStatus StatusOf(string? text) => (ConferenceEndpointStatus)Math.Max(0, Array.IndexOf(Statuses, text));

    public static ConferenceJoining JoiningOf(string? text) => (ConferenceJoining)Math.Max(0, Array.IndexOf(Joinings, text));

    public static ConferenceFlow FlowOf(string? text) => (ConferenceFlow)Math.Max(0, Array.IndexOf(Flows, text));

    public static string Clean(string text) => MarkupText.Clean(text);
}
