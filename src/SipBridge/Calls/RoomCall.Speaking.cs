using System.Collections.Immutable;
using System.Text;
using Sylk.Conference.Protocols;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <content>Prompts, and keys pressed over them (FOC-2).</content>
internal abstract partial class RoomCall
{
    private const int MaxPin = 12;

    /// <summary>Prompts before the answer are no longer than this (section 7.9); early media is not for talking.</summary>
    private static readonly TimeSpan LongestPrompt = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstDigit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan NextDigit = TimeSpan.FromSeconds(4);

    /// <returns>What the room says to who is not inside yet; its language is spoken from now on.</returns>
    protected async Task<LobbyFacts> LearnRoomAsync()
    {
        var facts = await Room.Lobby().ConfigureAwait(false);
        Language = facts.Language is { Length: > 0 } language ? language : Language;
        return facts;
    }

    /// <summary>Speaks and listens: digits up to <c>#</c>, until a pause, or as many as a PIN may have. A digit stops the prompt.</summary>
    protected async Task<string> CollectAsync(ImmutableArray<string> prompts)
    {
        var digits = new StringBuilder();
        if (await SpeakAsync(prompts).ConfigureAwait(false) is { } first && !Append(digits, first))
            return digits.ToString();
        while (await NextKeyAsync(digits.Length == 0 ? FirstDigit : NextDigit).ConfigureAwait(false) is { } key && Append(digits, key))
        {
            // The next one, then.
        }
        return digits.ToString();
    }

    /// <returns>False when these are all.</returns>
    private static bool Append(StringBuilder digits, char key)
    {
        if (char.IsAsciiDigit(key))
            digits.Append(key);
        return key != '#' && digits.Length < MaxPin;
    }

    protected async Task<char?> NextKeyAsync(TimeSpan patience)
    {
        while (await NextAsync(patience).ConfigureAwait(false) is { } happened)
        {
            if (happened is LegDigit { Digit: var key })
                return key;
        }
        return null;
    }

    /// <summary>Until it has been said, or the time for it is over whatever else happens.</summary>
    /// <returns>The key that was pressed over it.</returns>
    protected async Task<char?> SpeakAsync(ImmutableArray<string> prompts, TimeSpan? limit = null)
    {
        if (!Leg.Exists)
            return null;
        var until = Tools.Clock.Now + (limit ?? LongestPrompt);
        var tag = await Leg.PlayAsync(Language, prompts).ConfigureAwait(false);
        while (await NextAsync(Left(until)).ConfigureAwait(false) is { } happened)
        {
            if (happened is LegPromptsEnded ended && ended.Tag == tag)
                return null;
            if (happened is not LegDigit { Digit: var key })
                continue;
            await Leg.StopPromptsAsync().ConfigureAwait(false);
            return key;
        }
        return null;
    }

    /// <summary>Nothing but what the call itself needs; they may hang up meanwhile.</summary>
    protected async Task PauseAsync(TimeSpan length)
    {
        var until = Tools.Clock.Now + length;
        while (Left(until) > TimeSpan.Zero)
            await NextAsync(Left(until)).ConfigureAwait(false);
    }

    protected TimeSpan Left(Instant until)
    {
        var left = until - Tools.Clock.Now;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    protected static string Quotable(string text) => text.Replace('"', '\'').Replace('\\', '/').ReplaceLineEndings(" ");
}
