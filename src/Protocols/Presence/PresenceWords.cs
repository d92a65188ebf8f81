using System.Xml.Linq;

namespace Sylk.Conference.Protocols.Presence;

/// <summary>Namespaces of the documents.</summary>
internal static class PresenceWords
{
    public static readonly XNamespace Main = "urn:ietf:params:xml:ns:pidf";

    /// <summary>RFC 4479.</summary>
    public static readonly XNamespace Data = "urn:ietf:params:xml:ns:pidf:data-model";

    /// <summary>RFC 4480.</summary>
    public static readonly XNamespace Rich = "urn:ietf:params:xml:ns:pidf:rpid";
}
