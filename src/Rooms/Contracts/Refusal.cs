namespace Sylk.Conference.Rooms;

/// <summary>Why something was not done: a registry code and words for the person who asked.</summary>
[GenerateSerializer, Immutable, Alias("sylk.Refusal")]
public sealed record Refusal([property: Id(0)] string Code, [property: Id(1)] string Detail, [property: Id(2)] int? RetryAfterMs = null);
