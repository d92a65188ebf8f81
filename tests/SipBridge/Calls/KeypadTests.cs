using Sylk.Conference.Protocols;

namespace Sylk.Conference.SipBridge.Tests.Calls;

/// <summary>What keys mean (product §13).</summary>
public sealed class KeypadTests
{
    private Instant _now;

    [Theory(DisplayName = "A star and a key are a verb")]
    [InlineData("*6", KeypadVerb.Mute)]
    [InlineData("*9", KeypadVerb.Hand)]
    [InlineData("*4", KeypadVerb.QuieterForMe)]
    [InlineData("*7", KeypadVerb.LouderForMe)]
    [InlineData("*8", KeypadVerb.Count)]
    [InlineData("*0", KeypadVerb.Menu)]
    [InlineData("*5", KeypadVerb.Lock)]
    [InlineData("*3", KeypadVerb.MuteOthers)]
    [InlineData("*2", KeypadVerb.Record)]
    [InlineData("##", KeypadVerb.EndForAll)]
    [InlineData("*1", KeypadVerb.Unknown)]
    [InlineData("6", KeypadVerb.Unknown)]
    [InlineData("*", KeypadVerb.Wait)]
    internal void Default(string keys, KeypadVerb verb) => Assert.Equal(verb, Press(new Keypad(KeypadProfile.Default), keys));

    [Theory(DisplayName = "FreeSWITCH's bare digits, and stars too")]
    [InlineData("0", KeypadVerb.Mute)]
    [InlineData("9", KeypadVerb.Hand)]
    [InlineData("*6", KeypadVerb.Mute)]
    internal void Bare(string keys, KeypadVerb verb) => Assert.Equal(verb, Press(new Keypad(KeypadProfile.FreeSwitch), keys));

    [Fact(DisplayName = "With the profile none all keys belong to applications")]
    public void None() => Assert.Equal(KeypadVerb.Unknown, Press(new Keypad(KeypadProfile.None), "*"));

    [Fact(DisplayName = "After 2 s a star is forgotten")]
    public void Slow()
    {
        var keypad = new Keypad(KeypadProfile.Default);
        Press(keypad, "*");
        _now += TimeSpan.FromSeconds(2.1);
        Assert.Equal(KeypadVerb.Unknown, Press(keypad, "6"));
    }

    [Fact(DisplayName = "Ending for all takes a 1 within seconds; another key takes it back")]
    public void Confirm()
    {
        var keypad = new Keypad(KeypadProfile.Default);
        keypad.AskToConfirm(_now);
        Assert.Equal(KeypadVerb.Confirm, Press(keypad, "1"));
        Assert.Equal(KeypadVerb.Unknown, Press(keypad, "1"));
        keypad.AskToConfirm(_now);
        Assert.Equal(KeypadVerb.Unknown, Press(keypad, "2"));
        Assert.Equal(KeypadVerb.Unknown, Press(keypad, "1"));
        keypad.AskToConfirm(_now);
        _now += TimeSpan.FromSeconds(9);
        Assert.Equal(KeypadVerb.Unknown, Press(keypad, "1"));
    }

    [Fact(DisplayName = "One press that came by RFC 4733 and by INFO counts once; two presses of one key count twice (FOC-3)")]
    public void Pairs()
    {
        var pairs = new KeyPairs();
        Assert.True(pairs.IsNew(_now, '5', byInfo: false));
        Assert.False(pairs.IsNew(_now += TimeSpan.FromMilliseconds(100), '5', byInfo: true));
        Assert.True(pairs.IsNew(_now += TimeSpan.FromMilliseconds(10), '5', byInfo: false));
        Assert.True(pairs.IsNew(_now += TimeSpan.FromMilliseconds(10), '5', byInfo: false));
        Assert.True(pairs.IsNew(_now += TimeSpan.FromMilliseconds(200), '5', byInfo: true));
        Assert.True(pairs.IsNew(_now, '6', byInfo: false));
    }

    private KeypadVerb Press(Keypad keypad, string keys)
    {
        var verb = KeypadVerb.Wait;
        foreach (var key in keys)
            verb = keypad.Press(_now += TimeSpan.FromMilliseconds(300), key);
        return verb;
    }
}
