using System.Buffers.Binary;
using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>What one event does; the fault it shows, or null.</summary>
internal delegate string? ScriptStep(in EventScript script);

/// <summary>
/// Reads an input as events in time, four octets each: what happens, how long after the event before, and an argument.
/// </summary>
internal ref struct EventScript(ReadOnlySpan<byte> input, Instant start, int millisecondsPerStep)
{
    public const int EventLength = 4;
    public const int MaxLength = 1024;
    private ReadOnlySpan<byte> _rest = input;

    public Instant Now { get; private set; } = start;

    public byte Event { get; private set; }

    public int Argument { get; private set; }

    /// <summary>Plays the script to its end or to the first fault, which is returned.</summary>
    public string? Play(ScriptStep step)
    {
        while (TryNext())
        {
            if (step(this) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private bool TryNext()
    {
        if (_rest.Length < EventLength)
        {
            return false;
        }

        Event = _rest[0];
        Now = Now.PlusMilliseconds((long)_rest[1] * millisecondsPerStep);
        Argument = BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]);
        _rest = _rest[EventLength..];
        return true;
    }

    /// <summary>Scripts of 10 to 100 events of every kind, most of them close together.</summary>
    public static IReadOnlyList<byte[]> Seeds()
    {
        var seeds = new List<byte[]>();
        for (var number = 0; number < 24; number++)
        {
            var random = FuzzRandom.ForInput(11, number);
            var seed = new byte[EventLength * (10 + random.Below(91))];
            for (var at = 0; at < seed.Length; at += EventLength)
            {
                seed[at] = random.Byte();
                seed[at + 1] = (byte)(random.OneIn(8) ? random.Byte() : random.Below(12));
                seed[at + 2] = (byte)(random.OneIn(4) ? random.Byte() : 0);
                seed[at + 3] = random.Byte();
            }

            seeds.Add(seed);
        }

        return seeds;
    }
}
