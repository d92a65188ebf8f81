using Sylk.Conference.Audio.Jitter;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Audio.Tests.Kit;

/// <summary>One talker through a network to one jitter buffer, in virtual time.</summary>
internal sealed class Wire(Talker talker) : IDisposable
{
    private readonly SortedList<(long At, int Number), (uint Timestamp, byte[] Payload)> _flying = [];
    private readonly List<float> _heard = [];
    private readonly float[] _frame = new float[960];
    private double _sent;
    private int _tick;

    public JitterBuffer Buffer { get; } = new(talker.Codec, null);

    /// <summary>Milliseconds a packet is under way; null: it is lost. Takes its number and when it was sent.</summary>
    public Func<int, double, double?> Delay { get; set; } = (_, _) => 30;

    /// <summary>Whether the talker says anything at this moment (ms).</summary>
    public Func<double, bool> Speaks { get; set; } = _ => true;

    /// <summary>The talker's clock against ours: 1.0003 is 300 ppm fast.</summary>
    public double ClockRatio { get; set; } = 1;

    public double NowMs => _tick * 20.0;

    public void Run(double seconds, Action? eachTick = null)
    {
        for (var i = 0; i < seconds * 50; i++)
        {
            _tick++;
            Send();
            Deliver();
            Buffer.Pull(Instant.FromMilliseconds(NowMs), isQuiet: false, _frame);
            _heard.AddRange(_frame);
            eachTick?.Invoke();
        }
    }

    public float[] Last(double seconds) => [.. _heard.TakeLast((int)(seconds * 48_000))];

    public ReadOnlySpan<float> Frame => _frame;

    public void Dispose()
    {
        Buffer.Dispose();
        talker.Dispose();
    }

    private void Send()
    {
        for (; _sent <= NowMs; _sent += 20 / ClockRatio)
        {
            if (!Speaks(_sent))
            {
                talker.StaySilent();
                continue;
            }

            var number = talker.Next;
            var payload = talker.Encode().ToArray();
            if (Delay(number, _sent) is { } delay) _flying[((long)((_sent + delay) * 1e6), number)] = (talker.TimestampOf(number), payload);
        }
    }

    private void Deliver()
    {
        while (_flying.Count > 0 && _flying.Keys[0].At <= NowMs * 1e6)
        {
            var ((at, number), (timestamp, payload)) = (_flying.Keys[0], _flying.Values[0]);
            _flying.RemoveAt(0);
            Buffer.Push(new Instant(at), number, timestamp, number == 0, payload);
        }
    }
}
