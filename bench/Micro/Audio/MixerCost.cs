using Sylk.Conference.Audio;
using Sylk.Conference.Audio.Codecs;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Micro.Audio;

/// <summary>
/// What phones cost (ENC-5): ticks as fast as they go, every leg sending; processor time as the share of one core that ticks every
/// 20 ms would take.
/// </summary>
internal static class MixerCost
{
    private const int WarmUp = 100, Ticks = 500;

    public static int Run()
    {
        Report("200 G.711 listeners + 4 speakers, one room", 1, VoiceCodec.Pcmu, speakers: 4, quiet: 200, complexity: 5);
        Report("200 Opus listeners + 4 speakers, one room", 1, VoiceCodec.Opus, speakers: 4, quiet: 200, complexity: 5);
        Report("200 G.722 listeners + 4 speakers, one room", 1, VoiceCodec.G722, speakers: 4, quiet: 200, complexity: 5);
        Report("50 rooms of 4 Opus speakers, complexity 5", 50, VoiceCodec.Opus, speakers: 4, quiet: 0, complexity: 5);
        Report("50 rooms of 4 Opus speakers, complexity 0", 50, VoiceCodec.Opus, speakers: 4, quiet: 0, complexity: 0);
        Report("50 rooms of 4 G.711 speakers", 50, VoiceCodec.Pcma, speakers: 4, quiet: 0, complexity: 5);
        return 0;
    }

    private static void Report(string name, int rooms, VoiceCodec codec, int speakers, int quiet, int complexity)
    {
        var format = new VoiceFormat(codec, 20, 32_000, false, false, 0);
        var loud = Packets(format, loud: true);
        var silent = Packets(format, loud: false);
        var all = Enumerable.Range(0, rooms).Select(_ => new Room(format, speakers, quiet, complexity)).ToArray();
        for (var i = 0; i < WarmUp; i++)
            foreach (var room in all) room.Tick(i, loud, silent);
        var before = Environment.CpuUsage.TotalTime;
        for (var i = WarmUp; i < WarmUp + Ticks; i++)
            foreach (var room in all) room.Tick(i, loud, silent);
        var share = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / (Ticks * RoomMixer.TickMs);
        Console.WriteLine($"{name,-46} {share,7:P1} of a core");
        foreach (var room in all) room.Dispose();
    }

    /// <summary>A second of packets.</summary>
    private static byte[][] Packets(VoiceFormat format, bool loud)
    {
        using var encoder = VoiceEncoder.Create(format);
        var rate = VoiceClock.SampleRate(format.Codec);
        var (pcm, packet, random) = (new float[rate / 50], new byte[1_275], new Random(1));
        var packets = new byte[50][];
        for (var i = 0; i < 50; i++)
        {
            for (var j = 0; j < pcm.Length; j++)
            {
                var time = (double)(i * pcm.Length + j) / rate;
                var voice = Math.Sin(2 * Math.PI * 140 * time) + 0.6 * Math.Sin(2 * Math.PI * 700 * time) + 0.3 * Math.Sin(2 * Math.PI * 2_100 * time);
                pcm[j] = (float)((loud ? 0.15 : 0.00002) * (voice + random.NextDouble() * 0.2));
            }

            packets[i] = packet[..encoder.Encode(pcm, packet)];
        }

        return packets;
    }

    private sealed class Room : IDisposable
    {
        private readonly RoomMixer _mixer;
        private readonly List<VoiceSource> _sources = [];
        private readonly byte[] _taken = new byte[1_275];
        private readonly int _speakers;
        private readonly uint _step;

        public Room(VoiceFormat format, int speakers, int quiet, int complexity)
        {
            _mixer = new RoomMixer(new MixerSettings { Complexity = complexity });
            (_speakers, _step) = (speakers, (uint)(format.ClockRate / 50));
            for (var i = 0; i < speakers + quiet; i++)
            {
                var source = _mixer.AddSource(format.Codec, isLeg: true);
                _mixer.AddListener(format, source).IsInMix = true;
                _sources.Add(source);
            }
        }

        public void Tick(int tick, byte[][] loud, byte[][] silent)
        {
            var now = Instant.FromMilliseconds(tick * 20.0);
            for (var i = 0; i < _sources.Count; i++)
                _sources[i].Push(now, tick, (uint)tick * _step, false, (i < _speakers ? loud : silent)[tick % 50]);
            _mixer.Tick(now);
            foreach (var source in _sources)
                while (source.TryTakeOpus(_taken, out _)) continue;
        }

        public void Dispose() => _mixer.Dispose();
    }
}
