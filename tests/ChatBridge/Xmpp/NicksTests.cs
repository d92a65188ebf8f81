using Sylk.Conference.ChatBridge.Xmpp;

namespace Sylk.Conference.ChatBridge.Tests.Xmpp;

public class NicksTests
{
    private readonly Nicks _nicks = new();

    [Fact(DisplayName = "MUC-9 the second of one name has a number, and keeps it when the first goes")]
    public void Numbers()
    {
        Assert.Equal("Anna", _nicks.Give("a", "Anna"));
        Assert.Equal("ANNA (2)", _nicks.Give("b", "ANNA"));
        Assert.Equal("Anna (3)", _nicks.Give("c", "Anna"));
        _nicks.Release("a");
        Assert.Equal("ANNA (2)", _nicks.Of("b"));
        Assert.Equal("Anna", _nicks.Give("d", "Anna"));
        Assert.Equal("d", _nicks.OwnerOf("anna"));
    }

    [Fact(DisplayName = "a nick that is kept for a newcomer is nobody else's, and free again when the newcomer is refused")]
    public void Reserved()
    {
        Assert.True(_nicks.TryReserve("x", "Romeo"));
        Assert.False(_nicks.TryReserve("y", "romeo"));
        Assert.Equal("Romeo (2)", _nicks.Give("y", "Romeo"));
        Assert.Equal("Romeo", _nicks.Give("x", "Romeo"));
        _nicks.Release("x");
        Assert.Null(_nicks.OwnerOf("Romeo"));
    }

    [Fact(DisplayName = "a change of nick frees the old one; a refused change frees the new one")]
    public void Changed()
    {
        _nicks.Give("a", "Anna");
        Assert.True(_nicks.TryReserve("a", "Bea"));
        _nicks.Unreserve("a", "Bea");
        Assert.Null(_nicks.OwnerOf("Bea"));
        Assert.Equal("Bea", _nicks.Give("a", "Bea"));
        Assert.Null(_nicks.OwnerOf("Anna"));
        Assert.Equal("BEA", _nicks.Give("a", "BEA"));
        Assert.Equal("a", _nicks.OwnerOf("Bea"));
    }

    [Theory(DisplayName = "names that cannot stand in an address have a name nevertheless")]
    [InlineData("", "Guest")]
    [InlineData("   ", "Guest")]
    [InlineData("a\u200Eb", "Guest")]
    [InlineData(" Ann\u00A0a ", "Ann a")]
    public void Strange(string name, string nick) => Assert.Equal(nick, _nicks.Give("x", name));
}
