namespace Sylk.Conference.Protocols.Sdp;

/// <summary>One <c>a=</c> line: <c>a=name</c> when <see cref="Value"/> is null, else <c>a=name:value</c>.</summary>
public readonly record struct SdpAttribute(string Name, string? Value = null);
