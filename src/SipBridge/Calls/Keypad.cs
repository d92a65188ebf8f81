using Sylk.Conference.Protocols;

namespace Sylk.Conference.SipBridge;

/// <summary>What keys do (product §13).</summary>
public enum KeypadProfile : byte
{
    /// <summary>Keys after a star.</summary>
    Default,

    /// <summary>Bare digits, as those expect who come from FreeSWITCH.</summary>
    FreeSwitch,

    /// <summary>Nothing: all keys belong to applications.</summary>
    None,
}

internal enum KeypadVerb : byte
{
    /// <summary>The keys so far mean nothing yet.</summary>
    Wait,

    /// <summary>Keys without a meaning.</summary>
    Unknown,

    Mute, Hand, QuieterForMe, LouderForMe, Count, Menu, Lock, MuteOthers, Record, EndForAll, Confirm,
}

/// <summary>Reads keys pressed one after the other; 2 s without the next one begin anew.</summary>
internal sealed class Keypad(KeypadProfile profile)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ConfirmPatience = TimeSpan.FromSeconds(8);

    private char _first;
    private Instant _firstAt = Instant.Never;
    private Instant _confirmBefore = new(long.MinValue);

    public KeypadVerb Press(Instant now, char key)
    {
        if (now < _confirmBefore)
        {
            _confirmBefore = new(long.MinValue);
            if (key == '1')
                return KeypadVerb.Confirm;
        }
        var first = _first != '\0' && now - _firstAt <= Patience ? _first : '\0';
        _first = '\0';
        if (first != '\0')
            return Pair(first, key);
        var verb = profile == KeypadProfile.FreeSwitch ? Bare(key) : KeypadVerb.Unknown;
        if (verb != KeypadVerb.Unknown || profile == KeypadProfile.None || key is not ('*' or '#'))
            return verb;
        (_first, _firstAt) = (key, now);
        return KeypadVerb.Wait;
    }

    /// <summary>From now on for a few seconds 1 means <see cref="KeypadVerb.Confirm"/>.</summary>
    public void AskToConfirm(Instant now) => _confirmBefore = now + ConfirmPatience;

    private static KeypadVerb Pair(char first, char key) => (first, key) switch
    {
        ('*', '6') => KeypadVerb.Mute,
        ('*', '9') => KeypadVerb.Hand,
        ('*', '4') => KeypadVerb.QuieterForMe,
        ('*', '7') => KeypadVerb.LouderForMe,
        ('*', '8') => KeypadVerb.Count,
        ('*', '0') => KeypadVerb.Menu,
        ('*', '5') => KeypadVerb.Lock,
        ('*', '3') => KeypadVerb.MuteOthers,
        ('*', '2') => KeypadVerb.Record,
        ('#', '#') => KeypadVerb.EndForAll,
        _ => KeypadVerb.Unknown,
    };

    private static KeypadVerb Bare(char key) => key switch
    {
        '0' => KeypadVerb.Mute,
        '4' => KeypadVerb.QuieterForMe,
        '6' => KeypadVerb.LouderForMe,
        '9' => KeypadVerb.Hand,
        '5' => KeypadVerb.Count,
        _ => KeypadVerb.Unknown,
    };
}
