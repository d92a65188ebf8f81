using System.Text;

namespace Sylk.Conference.Protocols.Xmpp;

/// <summary>
/// An address of XMPP (RFC 7622), prepared: two that name the same are equal. Local parts are folded and composed by the profile
/// UsernameCaseMapped, resources by OpaqueString (RFC 8265), domains are lower case Unicode labels.
/// </summary>
public sealed record Jid
{
    private Jid(string local, string domain, string resource) => (Local, Domain, Resource) = (local, domain, resource);

    /// <summary>Empty when there is none.</summary>
    public string Local { get; }

    public string Domain { get; }

    /// <summary>Empty when there is none.</summary>
    public string Resource { get; }

    public bool IsBare => Resource.Length == 0;

    public Jid Bare => IsBare ? this : new Jid(Local, Domain, "");

    public static bool TryParse(string? text, out Jid jid)
    {
        jid = null!;
        if (text is null || text.Length > 3 * JidParts.MaxBytes + 2)
        {
            return false;
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var bare = slash < 0 ? text : text[..slash];
        var at = bare.IndexOf('@', StringComparison.Ordinal);
        return TryMake(at < 0 ? "" : bare[..at], at < 0 ? bare : bare[(at + 1)..], slash < 0 ? "" : text[(slash + 1)..], out jid) && at != 0
            && slash != text.Length - 1;
    }

    /// <param name="local">Empty for none.</param>
    /// <param name="resource">Empty for none.</param>
    public static bool TryMake(string local, string domain, string resource, out Jid jid)
    {
        jid = null!;
        if (JidParts.Local(local) is not { } preparedLocal || JidParts.Domain(domain) is not { } preparedDomain
            || JidParts.Resource(resource) is not { } preparedResource)
        {
            return false;
        }

        jid = new Jid(preparedLocal, preparedDomain, preparedResource);
        return true;
    }

    /// <returns>Null when the text is no resource.</returns>
    public Jid? With(string resource) => JidParts.Resource(resource) is { Length: > 0 } prepared ? new Jid(Local, Domain, prepared) : null;

    public override string ToString()
    {
        var text = new StringBuilder();
        if (Local.Length > 0)
        {
            text.Append(Local).Append('@');
        }

        text.Append(Domain);
        if (Resource.Length > 0)
        {
            text.Append('/').Append(Resource);
        }

        return text.ToString();
    }
}
