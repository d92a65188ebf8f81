using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Ice;

namespace Sylk.Conference.Sfu.Peers;

/// <summary>
/// The addresses a client has named. Being ICE-lite we check none of them; they only say what kind of candidate the client's end
/// of the pair is. One it never named is peer-reflexive (RFC 8445 §7.3.1.3), which is what pages that signal none are to us.
/// </summary>
internal sealed class RemoteCandidates
{
    /// <summary>Reliability L3.</summary>
    public const int Most = 64;

    private readonly List<(TransportAddress Address, IceTransport Transport, IceCandidateType Type)> _known = [];

    public int Count => _known.Count;

    /// <summary>Names that would have to be looked up (<c>.local</c>), what cannot be read and what is too many are passed over.</summary>
    public void Add(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            if (_known.Count >= Most)
                return;
            if (IceCandidate.TryParse(line, out var candidate) && candidate!.TryGetAddress(out var address)
                && !_known.Exists(known => known.Address == address && known.Transport == candidate.Transport))
                _known.Add((address, candidate.Transport, candidate.Type));
        }
    }

    /// <summary>A TCP candidate that the client opens names no port (RFC 6544 §4.5), so there the address decides.</summary>
    public IceCandidateType TypeOf(in NetworkPath path)
    {
        foreach (var (address, transport, type) in _known)
        {
            if (path.Link == 0 ? transport == IceTransport.Udp && address == path.Remote
                : transport == IceTransport.Tcp && (address.High, address.Low) == (path.Remote.High, path.Remote.Low))
                return type;
        }

        return IceCandidateType.PeerReflexive;
    }
}
