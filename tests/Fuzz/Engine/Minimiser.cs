namespace Sylk.Conference.Fuzz.Tests.Engine;

/// <summary>Shortens an input that breaks a target while it still does, by leaving out ever smaller pieces.</summary>
internal static class Minimiser
{
    private const int MostTries = 4000;

    public static byte[] Shorten(FuzzTarget target, byte[] input)
    {
        var tries = 0;
        for (var piece = Math.Max(1, input.Length / 2); piece > 0; piece /= 2)
        {
            for (var at = 0; at < input.Length && tries < MostTries; tries++)
            {
                byte[] shorter = [.. input.AsSpan(0, at), .. input.AsSpan(Math.Min(input.Length, at + piece))];
                if (new Judge(target).Try(shorter) is null)
                {
                    at += piece;
                }
                else
                {
                    input = shorter;
                }
            }
        }

        return input;
    }
}
