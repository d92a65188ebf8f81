namespace Sylk.Conference.Fuzz.Tests.Engine;

/// <summary>
/// Makes input number n of a run: six in ten are a legal seed with one or two things broken as its shape suggests, three in
/// ten a seed with bytes mutated blindly, one in ten random bytes.
/// </summary>
internal sealed class InputMaker(FuzzTarget target, ulong seed)
{
    private const int LongestRandom = 1500;
    private readonly FuzzBuffer _buffer = new(target.MaxLength);

    public ReadOnlySpan<byte> Make(long number)
    {
        // The seeds themselves come first, unbroken.
        if (number < target.Seeds.Count)
        {
            _buffer.Set(target.Seeds[(int)number]);
            return _buffer.Bytes;
        }

        var random = FuzzRandom.ForInput(seed, number);
        _buffer.Set(random.Pick(target.Seeds));
        switch (random.Below(10))
        {
            case < 6:
                Break(ref random);
                break;
            case < 9:
                BlindMutation.Apply(_buffer, ref random);
                break;
            default:
                Randomise(ref random);
                break;
        }

        return _buffer.Bytes;
    }

    private void Break(ref FuzzRandom random)
    {
        for (var times = 1 + random.Below(2); times > 0; times--)
        {
            if (target.Shape == SeedShape.Lines)
            {
                LineBreaker.Apply(_buffer, target.Seeds, ref random);
            }
            else
            {
                FieldBreaker.Apply(_buffer, target.Seeds, ref random);
            }
        }
    }

    /// <summary>Random bytes, half of the time behind the first bytes of a seed, so that they pass the first test.</summary>
    private void Randomise(ref FuzzRandom random)
    {
        _buffer.Truncate(random.OneIn(2) ? random.Below(25) : 0);
        Span<byte> noise = stackalloc byte[random.Below(LongestRandom + 1)];
        for (var i = 0; i < noise.Length; i++)
        {
            noise[i] = random.Byte();
        }

        _buffer.Insert(_buffer.Length, noise);
    }
}
