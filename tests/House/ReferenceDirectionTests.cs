using System.Xml.Linq;

namespace Sylk.Conference.House.Tests;

/// <summary>Who may know whom: Protocols, Sfu, Rooms, Server, each used only by what stands to its right.</summary>
public class ReferenceDirectionTests
{
    private static readonly string[] Order = ["Protocols", "Audio", "Sfu", "Rooms", "Storage", "ChatBridge", "SipBridge", "Gateway", "Server"];

    private static readonly string[] Doors = ["Storage", "ChatBridge", "SipBridge", "Gateway"];

    [Fact(DisplayName = "Projects reference only what stands to their left, and no door knows another")]
    public void ReferencesPointLeft()
    {
        var wrong = Projects().SelectMany(project => project.References
            .Where(reference => !IsAllowed(project.Name, reference))
            .Select(reference => $"{project.Name} -> {reference}"));
        Assert.Empty(wrong);
        Assert.True(Projects().Count() >= 5);
    }

    [Fact(DisplayName = "The headless client shares Protocols with the server and nothing else")]
    public void HeadlessKnowsProtocolsOnly() =>
        Assert.Equal(["Protocols"], Projects().Single(project => project.Name == "Headless").References);

    [Theory(DisplayName = "The direction rule refuses what it should")]
    [InlineData("Protocols", "Sfu")]
    [InlineData("Sfu", "Rooms")]
    [InlineData("Gateway", "SipBridge")]
    [InlineData("Rooms", "Server")]
    public void WrongDirectionsAreRefused(string from, string to) => Assert.False(IsAllowed(from, to));

    [Fact(DisplayName = "The operator's tool shares Protocols with the server and nothing else: it works with any server's API")]
    public void CtlKnowsProtocolsOnly() => Assert.Equal(["Protocols"], Projects().Single(project => project.Name == "Ctl").References);

    private static bool IsAllowed(string from, string to) => from is "Headless" or "Ctl"
        ? to == "Protocols"
        : Array.IndexOf(Order, to) >= 0 && Array.IndexOf(Order, to) < Array.IndexOf(Order, from) && !(Doors.Contains(from) && Doors.Contains(to));

    private static IEnumerable<(string Name, string[] References)> Projects() =>
        Repository.Sources("src", ".csproj").Select(file => (
            Path.GetFileName(Path.GetDirectoryName(file))!,
            XDocument.Load(file).Descendants("ProjectReference")
                .Select(reference => reference.Attribute("Include")!.Value.Replace('\\', '/').Split('/')[^2])
                .ToArray()));
}
