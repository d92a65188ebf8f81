using Sylk.Conference.Load.Linux;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Load.Baseline;

/// <summary>
/// What the machine asks for a datagram: one <c>sendto</c> each, same sizes, to as many sockets as there were players, drained
/// the same way. Counts the sending thread's CPU only, which on loopback includes the kernel's receive path.
/// </summary>
internal sealed class BareSend : IDatagramConsumer, IDisposable
{
    private const int Sends = 200_000;
    private readonly UdpEndpoint[] _targets;
    private readonly TransportAddress[] _addresses;
    private readonly ReadinessPoll _poll = new();
    private readonly UdpReader _reader = new();
    private readonly Thread _drain;
    private volatile bool _stopping;

    public BareSend(int sockets)
    {
        _targets = [.. Enumerable.Range(0, sockets).Select(_ => new UdpEndpoint())];
        _addresses = [.. _targets.Select(target => target.Local)];
        foreach (var target in _targets)
            _poll.Add(target.Descriptor, target.Descriptor);
        _drain = new Thread(Drain) { IsBackground = true, Name = "drain" };
        _drain.Start();
    }

    /// <returns>CPU microseconds per datagram.</returns>
    /// <param name="sizes">Octets, taken in turn.</param>
    public double Measure(ReadOnlySpan<int> sizes)
    {
        using var source = new UdpEndpoint();
        var payload = new byte[1500];
        var (sent, before) = (0, ThreadCpuMicroseconds());
        while (sent < Sends)
        {
            source.Send(_addresses[sent % _addresses.Length], payload.AsSpan(0, sizes[sent % sizes.Length]));
            sent++;
        }

        return (ThreadCpuMicroseconds() - before) / sent;
    }

    public void Consume(long arrivalRealtime, in TransportAddress from, Span<byte> datagram)
    {
        // Read and forgotten.
    }

    public void Dispose()
    {
        _stopping = true;
        _drain.Join();
        foreach (var target in _targets)
            target.Dispose();
        _poll.Dispose();
        _reader.Dispose();
    }

    private static unsafe double ThreadCpuMicroseconds()
    {
        Usage usage;
        _ = Native.ReadUsage(Native.ThreadUsage, &usage);
        return (usage.User.Seconds + usage.System.Seconds) * 1e6 + usage.User.Fraction + usage.System.Fraction;
    }

    private void Drain()
    {
        while (!_stopping)
        {
            var ready = _poll.Wait(10);
            for (var i = 0; i < ready; i++)
                _reader.Drain(_poll.TagAt(i), this);
        }
    }
}
