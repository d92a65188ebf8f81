namespace Sylk.Conference.SipBridge;

/// <summary>Told to calls: this node is about to stop.</summary>
internal sealed record NodeStops;
