using System.Net;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>One NAPTR record (RFC 3403); only those with flag <c>s</c> matter here.</summary>
public sealed record SipNaptr(int Order, int Preference, string Flags, string Service, string Replacement);

/// <summary>One SRV record (RFC 2782).</summary>
public sealed record SipSrv(int Priority, int Weight, int Port, string Target);

/// <summary>What is known of the DNS: an empty list means there is none, null that nobody asked yet.</summary>
public interface ISipRecords
{
    IReadOnlyList<SipNaptr>? Naptr(string name);

    IReadOnlyList<SipSrv>? Srv(string name);

    /// <summary>AAAA and A, in the order they are to be tried.</summary>
    IReadOnlyList<IPAddress>? Addresses(string name);
}

public enum SipQuestionKind : byte { Naptr, Srv, Address }

/// <summary>Something to be asked before a plan can be made.</summary>
public readonly record struct SipQuestion(SipQuestionKind Kind, string Name);

/// <summary>One place to try. <paramref name="Domain"/> is what its certificate must be good for: the name we wanted, not where SRV led.</summary>
public sealed record SipHop(SipTransport Transport, TransportAddress Address, string Domain);
