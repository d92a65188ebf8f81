using System.Buffers.Binary;
using System.Text;
using Sylk.Conference.Audio.Prompts;
using Sylk.Conference.Audio.Tests.Kit;

namespace Sylk.Conference.Audio.Tests.Prompts;

public sealed class PromptLibraryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sounds").FullName;

    [Theory(DisplayName = "A sound of any rate is there at 48 kHz, as long and as loud")]
    [InlineData(8_000)]
    [InlineData(22_050)]
    [InlineData(48_000)]
    public void SoundsAreResampled(int rate)
    {
        Write("en", "welcome", rate, 600);
        var library = new PromptLibrary(_folder);
        Assert.False(library.TryGet("en", "welcome", out _));
        Assert.Equal(1, library.Load("en"));
        Assert.True(library.TryGet("en", "welcome", out var sound));
        Assert.InRange(sound.Length, 47_800, 48_050);
        Assert.InRange(Sound.At(sound.Span[4_800..43_200], 600, 48_000), -18.2, -17.8);
    }

    [Fact(DisplayName = "What a language lacks comes from its parent, then from English")]
    public void LanguagesFallBack()
    {
        Write("en", "welcome", 48_000, 600);
        Write("en", "goodbye", 48_000, 700);
        Write("de", "welcome", 48_000, 800);
        var library = new PromptLibrary(_folder);
        library.Load("de");
        Assert.Equal(800, Pitch(library, "de-AT", "welcome"));
        Assert.Equal(700, Pitch(library, "de", "goodbye"));
        Assert.Equal(600, Pitch(library, "fr", "welcome"));
        Assert.False(library.TryGet("de", "unknown", out _));
    }

    [Theory(DisplayName = "Numbers are said with the parts there are")]
    [InlineData(0, "n0")]
    [InlineData(17, "n17")]
    [InlineData(21, "n20 n1")]
    [InlineData(90, "n90")]
    [InlineData(100, "n1 hundred")]
    [InlineData(345, "n3 hundred n40 n5")]
    [InlineData(999, "n9 hundred n90 n9")]
    [InlineData(1_000, "n1 n0 n0 n0")]
    public void NumbersAreSpoken(int number, string names)
    {
        HashSet<string> known = [.. Enumerable.Range(0, 21).Concat([30, 40, 50, 60, 70, 80, 90]).Select(n => $"n{n}"), "hundred"];
        Assert.Equal(names.Split(' '), SpokenNumber.Names(number, known.Contains));
    }

    [Fact(DisplayName = "A language that records whole numbers uses them; one with digits only says digits")]
    public void OtherNumbers()
    {
        Assert.Equal(["n21"], SpokenNumber.Names(21, name => name is "n21" or "n20" or "n1"));
        Assert.Equal(["n2", "n1"], SpokenNumber.Names(21, name => name.Length == 2));
        Assert.Equal(["n1", "n2", "n3"], SpokenNumber.Names(123, name => name.Length == 2));
    }

    [Fact(DisplayName = "A prompt's name or number becomes the sounds that say it; unknown ones add nothing")]
    public void PromptsAreAppended()
    {
        for (var i = 0; i < 10; i++) Write("en", $"n{i}", 48_000, 500 + i * 100);
        Write("en", "welcome", 48_000, 400);
        var library = new PromptLibrary(_folder);
        library.Load("en");
        List<ReadOnlyMemory<float>> sounds = [];
        Assert.True(library.TryAppend("en", "welcome", sounds));
        Assert.True(library.TryAppend("en", "number:42", sounds));
        Assert.Equal(3, sounds.Count);
        foreach (var unknown in new[] { "nothing", "number:", "number:x", "number:-1", "../secret" })
            Assert.False(library.TryAppend("en", unknown, sounds));
        Assert.Equal(3, sounds.Count);
    }

    [Fact(DisplayName = "A folder that is not there, a name that is a path and files that are no sounds do no harm")]
    public void OddThingsAreIgnored()
    {
        Assert.Equal(0, new PromptLibrary(Path.Combine(_folder, "none")).Load("en"));
        Directory.CreateDirectory(Path.Combine(_folder, "en"));
        File.WriteAllText(Path.Combine(_folder, "en", "text.wav"), "RIFFxxxxWAVE");
        File.WriteAllBytes(Path.Combine(_folder, "en", "empty.wav"), []);
        var library = new PromptLibrary(_folder);
        Assert.Equal(0, library.Load("../en"));
    }

    [Fact(DisplayName = "Any bytes are a sound or none, never an exception")]
    public void AnyBytes()
    {
        var random = new Random(5);
        var good = Wave(8_000, Sound.Tone(500, 0.2, 8_000, 800));
        for (var i = 0; i < 5_000; i++)
        {
            var bytes = (byte[])good.Clone();
            for (var j = 0; j < 4; j++) bytes[random.Next(60)] = (byte)random.Next(256);
            WaveFile.Read(bytes.AsSpan(0, random.Next(bytes.Length)));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static double Pitch(PromptLibrary library, string language, string name)
    {
        Assert.True(library.TryGet(language, name, out var sound));
        var samples = sound.ToArray();
        return new[] { 600.0, 700, 800 }.MaxBy(hertz => Sound.At(samples, hertz, 48_000));
    }

    private void Write(string language, string name, int rate, double hertz)
    {
        Directory.CreateDirectory(Path.Combine(_folder, language));
        File.WriteAllBytes(Path.Combine(_folder, language, name + ".wav"), Wave(rate, Sound.Tone(hertz, 0.178, rate, rate)));
    }

    private static byte[] Wave(int rate, float[] samples)
    {
        var bytes = new byte[44 + samples.Length * 2];
        Encoding.ASCII.GetBytes("RIFF").CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), bytes.Length - 8);
        Encoding.ASCII.GetBytes("WAVEfmt ").CopyTo(bytes, 8);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), 16);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(20), 0x0001_0001);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(24), rate);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(28), rate * 2);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(32), 0x0010_0002);
        Encoding.ASCII.GetBytes("data").CopyTo(bytes, 36);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(40), samples.Length * 2);
        for (var i = 0; i < samples.Length; i++) BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(44 + i * 2), (short)(samples[i] * 32_767));
        return bytes;
    }
}
