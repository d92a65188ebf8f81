using Sylk.Conference.Protocols;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>
/// Decides whose packets count and where ours go (MED-1, MED-2, TU-23). Without keys that is a guess, so it is made within 5 s of the
/// description that named the address, only towards the host that signals or the one described, and stands then. Packets that prove
/// themselves may come from anywhere.
/// </summary>
internal sealed class Latch(SymmetricRtp rule, Predicate<TransportAddress> maySendTo)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    /// <summary>Packets of one source, of one SSRC and numbered one after the other, before it is believed.</summary>
    private const int Convincing = 5;

    private TransportAddress _told;
    private TransportAddress _signalling;
    private TransportAddress _candidate;
    private uint _candidateSsrc;
    private ushort _candidateNumber;
    private int _candidatePackets;
    private bool _isLatched;
    private Instant _closes;

    /// <summary>Where packets go; port 0 is nowhere.</summary>
    public TransportAddress Target { get; private set; }

    /// <summary>Packets of others, dropped.</summary>
    public long Strangers { get; private set; }

    /// <summary>Whether anything of ours may go there at all (TS-15).</summary>
    public bool MaySendTo(in TransportAddress target) => maySendTo(target);

    /// <summary>A description names an address. The one it named before keeps what was learnt.</summary>
    public void Open(Instant now, in TransportAddress told, in TransportAddress signalling)
    {
        _signalling = signalling;
        if (told == _told)
        {
            return;
        }

        (_told, Target, _isLatched, _candidatePackets) = (told, maySendTo(told) ? told : default, false, 0);
        _closes = now + Window;
    }

    /// <summary>The call was answered, maybe long after its description: who has not spoken yet has 5 s again.</summary>
    public void Reopen(Instant now)
    {
        if (!_isLatched)
        {
            _closes = now + Window;
        }
    }

    /// <param name="now">When it came.</param>
    /// <param name="from">Where from.</param>
    /// <param name="ssrc">Its source.</param>
    /// <param name="number">Its sequence number.</param>
    /// <param name="isAuthentic">It was decrypted with the leg's keys.</param>
    /// <returns>Whether the packet counts.</returns>
    public bool Take(Instant now, in TransportAddress from, uint ssrc, ushort number, bool isAuthentic)
    {
        if (isAuthentic)
        {
            if (from != Target && rule != SymmetricRtp.Never && maySendTo(from))
            {
                (Target, _isLatched) = (from, true);
            }

            return true;
        }

        if (from == _told && (!_isLatched || now < _closes))
        {
            (Target, _isLatched) = (from, true);
            return true;
        }

        if (_isLatched ? from == Target : MayLatch(now, from) && IsConvincing(from, ssrc, number))
        {
            (Target, _isLatched) = (from, true);
            return true;
        }

        Strangers += from == _candidate ? 0 : 1;
        return false;
    }

    /// <summary>Whether DTLS, or RTCP beside RTP, may be read from there; learns nothing.</summary>
    public bool Knows(Instant now, in TransportAddress from) => from == Target || from == _told || MaySpeak(now, from);

    /// <summary>RTCP on a port of its own goes where it comes from, once that end is known.</summary>
    public void Follow(in TransportAddress from)
    {
        if (rule != SymmetricRtp.Never)
        {
            Target = from;
        }
    }

    /// <summary>Keys were made with this end.</summary>
    public void Prove(in TransportAddress from) => (Target, _isLatched) = (from, true);

    private bool MaySpeak(Instant now, in TransportAddress from) =>
        MediaTargets.IsSameHost(from, Target) || (!_isLatched && MayLatch(now, from));

    private bool MayLatch(Instant now, in TransportAddress from)
    {
        if (now >= _closes || !maySendTo(from))
        {
            return false;
        }

        return rule switch
        {
            SymmetricRtp.Always => true,
            SymmetricRtp.Never => false,
            _ => MediaTargets.IsSameHost(from, _told) || MediaTargets.IsSameHost(from, _signalling),
        };
    }

    private bool IsConvincing(in TransportAddress from, uint ssrc, ushort number)
    {
        if (from != _candidate || ssrc != _candidateSsrc || number != (ushort)(_candidateNumber + 1))
        {
            (_candidate, _candidateSsrc, _candidatePackets) = (from, ssrc, 0);
        }

        _candidateNumber = number;
        return ++_candidatePackets >= Convincing;
    }
}
