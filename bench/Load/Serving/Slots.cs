namespace Sylk.Conference.Load.Serving;

/// <summary>How many voices and pictures a player has room for.</summary>
internal readonly record struct Slots(int Audio, int Video);
