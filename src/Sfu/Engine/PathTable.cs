using System.Text;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Peers;

namespace Sylk.Conference.Sfu.Engine;

/// <summary>
/// Finds the peer a datagram belongs to: by remote address once ICE has validated it, before that by the ufrag we gave out
/// (sfu E.1 point 3). An address belongs to the last peer that validated it, as when a page reloads behind one NAT binding.
/// </summary>
internal sealed class PathTable
{
    private readonly Dictionary<NetworkPath, Peer> _paths = [];
    private readonly Dictionary<string, Peer> _ufrags = new(StringComparer.Ordinal);

    public int Paths => _paths.Count;

    public int Ufrags => _ufrags.Count;

    public Peer? Find(in NetworkPath path) => _paths.GetValueOrDefault(path);

    public void Add(in NetworkPath path, Peer peer) => _paths[path] = peer;

    public void Remove(in NetworkPath path, Peer peer)
    {
        if (_paths.TryGetValue(path, out var owner) && owner == peer)
            _paths.Remove(path);
    }

    /// <summary>Finds by our side of a USERNAME attribute, without making a string.</summary>
    public Peer? FindByUfrag(ReadOnlySpan<byte> ufrag)
    {
        Span<char> text = stackalloc char[64];
        if (ufrag.Length > text.Length || !Encoding.ASCII.TryGetChars(ufrag, text, out var length))
            return null;
        return _ufrags.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text[..length], out var peer) ? peer : null;
    }

    public void AddUfrag(string ufrag, Peer peer) => _ufrags[ufrag] = peer;

    public void RemoveUfrag(string ufrag) => _ufrags.Remove(ufrag);

    /// <summary>Forgets every address and ufrag of a peer that closes. Walks the peer's own lists, not the table.</summary>
    public void RemoveAll(Peer peer)
    {
        foreach (var path in peer.Transport.Paths.Known)
            Remove(path, peer);
        foreach (var ufrag in peer.Transport.Ufrags)
            _ufrags.Remove(ufrag);
    }

    /// <summary>A TCP connection went away: its number is never used again.</summary>
    public void RemoveLink(int link)
    {
        foreach (var path in _paths.Keys)
        {
            if (path.Link != link)
                continue;
            _paths.Remove(path);
            return;
        }
    }
}
