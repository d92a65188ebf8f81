using System.Diagnostics.CodeAnalysis;

namespace Sylk.Conference.Protocols.Sdp;

/// <summary>A value with a grammar of its own that one kind of attribute carries, such as <c>rtpmap</c>.</summary>
public interface ISdpValue<TSelf>
    where TSelf : ISdpValue<TSelf>
{
    /// <summary>The attribute's name, without <c>a=</c>.</summary>
    static abstract string AttributeName { get; }

    /// <param name="text">What follows the colon.</param>
    /// <param name="value">The value read.</param>
    /// <returns>False when the text does not follow the attribute's grammar.</returns>
    static abstract bool TryParse(ReadOnlySpan<char> text, [MaybeNullWhen(false)] out TSelf value);

    /// <summary>What follows the colon when printed.</summary>
    string ToText();
}
