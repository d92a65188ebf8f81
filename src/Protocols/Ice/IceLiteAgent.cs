using Sylk.Conference.Protocols.Stun;

namespace Sylk.Conference.Protocols.Ice;

/// <summary>
/// The controlled, lite side of ICE (RFC 8445 section 2.5): answers checks, follows nominations, measures consent
/// (RFC 7675) and lets media go only where somebody has proved to be receiving. One per peer; not thread safe.
/// The owner drains <see cref="TryTakeEvent"/> and <see cref="TryTakeTransmit"/> after each call.
/// </summary>
public sealed partial class IceLiteAgent
{
    private static readonly TimeSpan Consent = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TupleLife = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AggressiveMemory = TimeSpan.FromSeconds(3);

    private readonly IceTuples _tuples = new();
    private readonly IceEventQueue _events = new();
    private IceKeys _current;
    private readonly ulong _tieBreaker = StunTransactionId.Create().High;
    private uint _nomination;
    private bool _expired;

    public IceLiteAgent(IceCredentials local)
    {
        _current = new IceKeys(local);
        Local = local;
    }

    /// <summary>The newest credentials of ours.</summary>
    public IceCredentials Local { get; private set; }

    /// <summary>Tuples known now, at most 8 (L3).</summary>
    public int TupleCount => _tuples.Count;

    /// <summary>A nominated tuple has proved that it can receive and consent is fresh.</summary>
    public bool MaySendMedia => _tuples.Media != IceTuples.None && !_expired;

    /// <summary>The other side's credentials for the current generation; until then any right part of USERNAME is accepted.</summary>
    public void SetRemote(IceCredentials remote) => _current.SetRemote(remote);

    /// <summary>Authentic STUN has come from there, so DTLS may be heard from there (TU-01).</summary>
    public bool IsValidated(in NetworkPath path) => _tuples.Find(path) != IceTuples.None;

    /// <summary>The path the peer nominated last.</summary>
    public bool TryGetSelected(out NetworkPath path) => TryGet(_tuples.Selected, out path);

    /// <summary>The path media may be sent to (TU-07); false while nothing is proved or consent is gone.</summary>
    public bool TryGetMediaPath(out NetworkPath path) => TryGet(_expired ? IceTuples.None : _tuples.Media, out path);

    /// <summary>DTLS completed over this path, which proves that its other end receives what we send.</summary>
    public void NoteDtlsCompleted(in NetworkPath path)
    {
        var index = _tuples.Find(path);
        if (index != IceTuples.None)
        {
            Prove(index);
        }
    }

    public bool TryTakeEvent(out IceEvent taken) => _events.TryTake(out taken);

    /// <summary>The left part of a Binding request's USERNAME, to find the session of an unknown tuple. Nothing is authentic yet.</summary>
    /// <param name="datagram">A datagram classified as STUN.</param>
    /// <param name="ufrag">A part of the datagram.</param>
    public static bool TryReadLocalUfrag(ReadOnlySpan<byte> datagram, out ReadOnlySpan<byte> ufrag)
    {
        ufrag = default;
        if (!StunMessage.TryParse(datagram, out var message, out _) || message.Class != StunClass.Request)
        {
            return false;
        }

        var username = message.Username;
        var colon = username.IndexOf((byte)':');
        ufrag = colon > 0 ? username[..colon] : default;
        return colon > 0;
    }

    private bool TryGet(int index, out NetworkPath path)
    {
        path = index == IceTuples.None ? default : _tuples[index].Path;
        return index != IceTuples.None;
    }

    private void Prove(int index)
    {
        ref var tuple = ref _tuples[index];
        tuple.Proven = true;
        tuple.ProbeOpen = false;
        _probesHeldUntil = default;
        if (index == _tuples.Selected || _tuples.Selected == IceTuples.None)
        {
            MoveMediaTo(index);
        }
    }

    private void MoveMediaTo(int index)
    {
        if (_tuples.Media == index)
        {
            return;
        }

        _tuples.Media = index;
        _events.Add(IceEventKind.MediaPathChanged, _tuples[index].Path);
        Revive(index);
    }

    private void Revive(int index)
    {
        if (_expired && index == ConsentTuple)
        {
            _expired = false;
            _events.Add(IceEventKind.ConsentRevived, _tuples[index].Path);
        }
    }

    /// <summary>Consent is asked of the end that gets our media; before there is one, of the end that was nominated.</summary>
    private int ConsentTuple => _tuples.Media != IceTuples.None ? _tuples.Media : _tuples.Selected;
}
