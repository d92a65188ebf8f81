namespace Sylk.Conference.TestKit.Simulation;

/// <summary>What the virtual network does to datagrams in each direction.</summary>
/// <param name="Loss">Share lost at random, 0–1.</param>
/// <param name="DelayMs">One way.</param>
/// <param name="JitterMs">Added at random, 0 to this; more than the spacing of packets reorders them.</param>
/// <param name="Duplicates">Share delivered twice.</param>
public sealed record LinkProfile(double Loss = 0, double DelayMs = 10, double JitterMs = 0, double Duplicates = 0)
{
    public static readonly LinkProfile Perfect = new();
}
