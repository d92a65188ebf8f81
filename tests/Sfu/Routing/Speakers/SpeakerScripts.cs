using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Routing.Speakers;

namespace Sylk.Conference.Sfu.Tests.Routing.Speakers;

public class SpeakerScripts
{
    private const int Alice = 0;
    private const int Bob = 1;
    private const int Typist = 2;
    private readonly DominantSpeaker _speaker = new();
    private readonly List<(int AtMs, int Member)> _switches = [];

    private static Instant At(double ms) => Instant.FromMilliseconds(ms);

    /// <summary>A packet each 20 ms from each member (null: none, discontinuous transmission), an evaluation each 300 ms.</summary>
    private void Play(int fromMs, int toMs, params Func<int, byte?>[] members)
    {
        for (var ms = fromMs; ms < toMs; ms += 20)
        {
            for (var i = 0; i < members.Length; i++)
            {
                if (members[i](ms) is { } level) _speaker.OnLevel(At(ms), i, level);
            }

            if (ms % 300 == 0 && _speaker.Evaluate(At(ms))) _switches.Add((ms, _speaker.Current));
        }
    }

    // Speech: loud syllables of 240 ms with breaks of 80 ms.
    private static byte Speech(int ms) => (byte)(ms % 320 < 240 ? 12 + ms / 20 % 5 : 70);

    private static byte Room(int ms) => (byte)(80 + ms / 20 % 4);

    private static Func<int, byte?> Turns(int mine, bool dtx = false) => ms => ms / 3_000 % 2 == mine ? Speech(ms) : dtx ? null : Room(ms);

    [Fact(DisplayName = "E.19.7 two talkers alternate each 3 s: the floor follows each within 2 s, never twice in 2 s")]
    public void Alternate()
    {
        Play(0, 24_000, Turns(0), Turns(1));
        Assert.Equal([0, 1, 0, 1, 0, 1, 0, 1], _switches.Select(change => change.Member));
        for (var i = 1; i < _switches.Count; i++)
        {
            Assert.InRange(_switches[i].AtMs - i * 3_000, 0, 2_000);
            Assert.True(_switches[i].AtMs - _switches[i - 1].AtMs >= 2_000);
        }
    }

    [Fact(DisplayName = "E.19.7 typing noise never takes the floor from two talkers")]
    public void Typing()
    {
        Play(0, 24_000, Turns(0), Turns(1), ms => (byte)(ms % 160 < 40 ? 15 : 75));
        Assert.DoesNotContain(Typist, _switches.Select(change => change.Member));
        Assert.InRange(_switches.Count, 6, 9);
    }

    [Fact(DisplayName = "E.19.7 a talker who stops sending when silent (DTX) loses and regains the floor")]
    public void Dtx()
    {
        Play(0, 24_000, Turns(0, dtx: true), Turns(1, dtx: true));
        Assert.Equal([0, 1, 0, 1, 0, 1, 0, 1], _switches.Select(change => change.Member));
    }

    [Fact(DisplayName = "E.13 a short remark does not take the floor")]
    public void Remark()
    {
        Play(0, 9_000, ms => Speech(ms), ms => ms is >= 4_000 and < 4_300 ? (byte)10 : Room(ms));
        Assert.Equal([(0, Alice)], _switches);
    }

    [Fact(DisplayName = "E.13 mute clears: another speaker need not wait, the muted one stays shown until then")]
    public void Mute()
    {
        Play(0, 900, ms => Speech(ms), ms => Room(ms));
        Assert.Equal(Alice, _speaker.Current);
        _speaker.Clear(Alice);
        Play(900, 1_200, _ => null, ms => Room(ms));
        Assert.Equal(Alice, _speaker.Current);
        Play(1_200, 2_100, _ => null, ms => Speech(ms));
        Assert.Equal(Bob, _speaker.Current);
        Assert.InRange(_switches[^1].AtMs, 1_200, 1_900);
    }

    [Fact(DisplayName = "E.13 silence makes nobody dominant, and who leaves is not dominant any more")]
    public void NobodyThenGone()
    {
        Play(0, 3_000, _ => 127, _ => 127);
        Assert.Equal(DominantSpeaker.None, _speaker.Current);
        Play(3_000, 3_900, ms => Speech(ms), _ => 127);
        Assert.Equal(Alice, _speaker.Current);
        _speaker.Remove(Alice);
        Assert.Equal(DominantSpeaker.None, _speaker.Current);
    }
}
