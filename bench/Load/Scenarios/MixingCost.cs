using System.Diagnostics;
using System.Globalization;
using Sylk.Conference.Audio;
using Sylk.Conference.Audio.Codecs;
using Sylk.Conference.Audio.Native;
using Sylk.Conference.Headless.Cli;
using Sylk.Conference.Protocols;
using Sylk.Conference.SipBridge.Phones;

namespace Sylk.Conference.Load.Scenarios;

/// <summary>
/// What mixing costs: rooms of phones that all send, on one thread, against bare libopus that decodes and encodes the same number of
/// streams, in turn and in one run; and how long the longest turns are when rooms are spread over threads and over the 20 ms as the
/// server spreads them. Nothing is sent; the sockets' cost is the media engine's business.
/// </summary>
internal static class MixingCost
{
    public const string Verb = "mixing";
    private const int WarmUpTicks = 250;
    private const int Ticks = 500;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(RoomMixer.TickMs);

    public static void Run(Arguments arguments)
    {
        var (phones, people, codec) = (arguments.Number("phones", 100), arguments.Number("people", 10), arguments.Text("codec", "opus"));
        var format = codec == "pcmu" ? new VoiceFormat(VoiceCodec.Pcmu, 20, 64_000, false, false, 0) : new VoiceFormat(VoiceCodec.Opus, 20, 32_000, true, false, 0);
        var voices = Enumerable.Range(0, phones).Select(i => new RecordedVoice(i, format)).ToArray();
        Console.WriteLine($"{phones} phones of {codec}, rooms of {people}, {Ticks} ticks of 20 ms; all of them speak in turn");
        var threads = arguments.Number("threads", PhoneSettings.UsualThreads);
        var ratios = new List<double>();
        var turns = new List<double>();
        for (var run = 0; run < arguments.Number("runs", 5); run++)
        {
            var bare = Bare(voices, format);
            var mixed = Mixed(voices, format, people);
            var spread = Spread(voices, format, people, threads);
            ratios.Add(mixed.PerTick / bare);
            turns.Add(spread);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"bare codec {bare:0.00} ms a tick, mixing {mixed.PerTick:0.00}, ratio {ratios[^1]:0.00}, p99 {mixed.P99:0.00} ms, encodes {mixed.Encodes:0} a tick, {20 / mixed.PerTick * phones:0} phones a core; in steps of {TickRota<MixedRoom>.StepMs} ms on {threads} threads p99 {spread:0.00} ms"));
        }
        ratios.Sort();
        turns.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"median ratio {ratios[ratios.Count / 2]:0.00} (bar 1.25), median p99 of a step {turns[turns.Count / 2]:0.00} ms (bar 5)"));
    }

    /// <summary>One decode and one encode of each stream, and nothing else.</summary>
    private static double Bare(RecordedVoice[] voices, VoiceFormat format)
    {
        if (format.Codec != VoiceCodec.Opus)
            return BareLaw(voices);
        var ends = voices.Select(_ => (new OpusDecoder(), new OpusEncoder(format.BitrateBps, format.Fec, format.Dtx))).ToArray();
        foreach (var (_, encoder) in ends)
            encoder.SetComplexity(new MixerSettings().Complexity);
        var (pcm, packet) = (new float[960], new byte[OpusEncoder.MaxPacket]);
        double spent = 0;
        for (var tick = 0; tick < WarmUpTicks + Ticks; tick++)
        {
            var since = Stopwatch.GetTimestamp();
            for (var i = 0; i < voices.Length; i++)
            {
                ends[i].Item1.Decode(voices[i].Packet(tick), pcm, fec: false);
                ends[i].Item2.Encode(pcm, packet);
            }
            spent += tick >= WarmUpTicks ? Stopwatch.GetElapsedTime(since).TotalMilliseconds : 0;
        }
        foreach (var (decoder, encoder) in ends)
        {
            decoder.Dispose();
            encoder.Dispose();
        }
        return spent / Ticks;
    }

    /// <summary>G.711 itself costs next to nothing: the limit is the two resamplings each leg needs.</summary>
    private static double BareLaw(RecordedVoice[] voices)
    {
        var ends = voices.Select(_ => (new Resampler(8_000, 48_000), new Resampler(48_000, 8_000))).ToArray();
        var (narrow, wide) = (new float[160], new float[960]);
        double spent = 0;
        for (var tick = 0; tick < WarmUpTicks + Ticks; tick++)
        {
            var since = Stopwatch.GetTimestamp();
            for (var i = 0; i < voices.Length; i++)
            {
                ends[i].Item1.Process(narrow, wide);
                ends[i].Item2.Process(wide, narrow);
            }
            spent += tick >= WarmUpTicks ? Stopwatch.GetElapsedTime(since).TotalMilliseconds : 0;
        }
        foreach (var (up, down) in ends)
        {
            up.Dispose();
            down.Dispose();
        }
        return spent / Ticks;
    }

    private static (double PerTick, double P99, double Encodes) Mixed(RecordedVoice[] voices, VoiceFormat format, int people)
    {
        var rooms = voices.Chunk(people).Select(members => new MixedRoom(members, format)).ToArray();
        var (times, encodes, clock) = (new double[Ticks], 0L, new Instant(1_000_000_000));
        for (var tick = 0; tick < WarmUpTicks + Ticks; tick++, clock += Tick)
        {
            var since = Stopwatch.GetTimestamp();
            var made = 0;
            foreach (var room in rooms)
                made += room.Turn(clock, tick);
            if (tick < WarmUpTicks)
                continue;
            times[tick - WarmUpTicks] = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
            encodes += made;
        }
        foreach (var room in rooms)
            room.Dispose();
        var perTick = times.Average();
        Array.Sort(times);
        return (perTick, times[Ticks * 99 / 100], (double)encodes / Ticks);
    }

    /// <summary>p99 of a step's length (ms), threads at it together and without a rest, which is harder on them than the server's clock is.</summary>
    private static double Spread(RecordedVoice[] voices, VoiceFormat format, int people, int threads)
    {
        var rotas = Enumerable.Range(0, threads).Select(_ => new TickRota<MixedRoom>(static room => room.Legs)).ToArray();
        foreach (var (index, members) in voices.Chunk(people).Index())
            rotas[index % threads].Add(new MixedRoom(members, format));
        using var start = new Barrier(threads);
        var runs = rotas.Select(rota => Task.Factory.StartNew(() => Steps(rota, start), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        var times = Task.WhenAll(runs).GetAwaiter().GetResult().SelectMany(static steps => steps).Order().ToArray();
        return times[times.Length * 99 / 100];
    }

    private static List<double> Steps(TickRota<MixedRoom> rota, Barrier start)
    {
        var (times, clock) = (new List<double>(Ticks * TickRota<MixedRoom>.Steps), new Instant(1_000_000_000));
        for (var tick = 0; tick < WarmUpTicks + Ticks; tick++, clock += Tick)
        {
            if (tick == WarmUpTicks)
                start.SignalAndWait();
            for (var step = 0; step < TickRota<MixedRoom>.Steps; step++)
            {
                var since = Stopwatch.GetTimestamp();
                var rooms = rota.Take();
                foreach (var room in rooms)
                    room.Turn(clock, tick);
                if (tick >= WarmUpTicks && rooms.Count > 0)
                    times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            }
        }
        foreach (var room in rota.All)
            room.Dispose();
        return times;
    }

    private sealed class MixedRoom : IDisposable
    {
        private readonly RoomMixer _mixer = new(new MixerSettings());
        private readonly byte[] _track = new byte[OpusEncoder.MaxPacket];
        private long _taken;
        private readonly (RecordedVoice Voice, VoiceSource Source, VoiceListener Listener)[] _legs;

        public MixedRoom(RecordedVoice[] voices, VoiceFormat format) => _legs = [.. voices.Select(voice =>
        {
            var source = _mixer.AddSource(format.Codec, isLeg: true);
            var listener = _mixer.AddListener(format, source);
            listener.IsInMix = true;
            return (voice, source, listener);
        })];

        public int Legs => _legs.Length;

        public int Turn(Instant now, int tick)
        {
            foreach (var (voice, source, _) in _legs)
                source.Push(now, tick, (uint)(tick * voice.Ticks), marker: tick == 0, voice.Packet(tick));
            _mixer.Tick(now);
            foreach (var (_, source, _) in _legs)
            {
                while (source.TryTakeOpus(_track, out _))
                    _taken++;
            }
            return _mixer.Encodes;
        }

        public void Dispose() => _mixer.Dispose();
    }

    /// <summary>A synthetic voice, encoded before anything is measured: a second of sound and a second of near silence, each at another time.</summary>
    private sealed class RecordedVoice
    {
        private const int Length = 100;
        private readonly byte[][] _packets = new byte[Length][];

        public RecordedVoice(int number, VoiceFormat format)
        {
            Ticks = format.Codec == VoiceCodec.Opus ? 960u : 160u;
            using var encoder = new OpusEncoder(format.BitrateBps, format.Fec, format.Dtx);
            var (pcm, packet, random) = (new float[960], new byte[OpusEncoder.MaxPacket], new Random(number));
            for (var i = 0; i < Length; i++)
            {
                var speaks = (i + number * 13) % Length < Length / 2;
                for (var n = 0; n < pcm.Length; n++)
                {
                    var t = (i * 960 + n) / 48_000.0;
                    pcm[n] = speaks ? (float)((0.2 * Math.Sin(2 * Math.PI * (120 + number % 80) * t)) + (0.1 * Math.Sin(2 * Math.PI * 900 * t)) + (0.03 * (random.NextDouble() - 0.5))) : (float)(1e-4 * (random.NextDouble() - 0.5));
                }
                _packets[i] = format.Codec == VoiceCodec.Opus ? packet[..encoder.Encode(pcm, packet)] : Law(pcm);
            }
        }

        public uint Ticks { get; }

        public byte[] Packet(int tick) => _packets[tick % Length];

        /// <summary>Every sixth sample as µ-law, well enough for a load.</summary>
        private static byte[] Law(float[] pcm)
        {
            var bytes = new byte[160];
            for (var i = 0; i < bytes.Length; i++)
                bytes[i] = G711.LinearToMu((short)(pcm[i * 6] * 32_767));
            return bytes;
        }
    }
}
