using Sylk.Conference.Protocols;
using Sylk.Conference.SipBridge.Phones;

namespace Sylk.Conference.SipBridge.Tests.Phones;

/// <summary>UDP without sockets: what is sent is there at once, in order. Addresses are what the test says they are.</summary>
internal sealed class Wire
{
    private readonly Dictionary<TransportAddress, Port> _ports = [];

    /// <summary>All that was sent, to whom.</summary>
    public List<(TransportAddress From, TransportAddress To, byte[] Bytes)> Sent { get; } = [];

    /// <summary>What is sent and never comes.</summary>
    public Predicate<byte[]> Drops { get; set; } = static _ => false;

    public static TransportAddress Address(string text) => TransportAddress.From(System.Net.IPEndPoint.Parse(text));

    public Port Open(string address)
    {
        var port = new Port(this, Address(address));
        _ports.Add(port.Address, port);
        return port;
    }

    public sealed class Port(Wire wire, TransportAddress address) : IPhonePort
    {
        private readonly Queue<(TransportAddress From, byte[] Bytes)> _waiting = [];

        public TransportAddress Address => address;

        public int Number => address.Port;

        public bool TryReceive(Span<byte> buffer, out int length, out TransportAddress from)
        {
            (length, from) = (0, default);
            if (!_waiting.TryDequeue(out var next))
            {
                return false;
            }

            next.Bytes.CopyTo(buffer);
            (length, from) = (next.Bytes.Length, next.From);
            return true;
        }

        public void Send(ReadOnlySpan<byte> datagram, in TransportAddress to)
        {
            var bytes = datagram.ToArray();
            wire.Sent.Add((address, to, bytes));
            if (wire._ports.TryGetValue(to, out var port) && !wire.Drops(bytes))
            {
                port._waiting.Enqueue((address, bytes));
            }
        }

        public void Dispose() => wire._ports.Remove(address);
    }
}
