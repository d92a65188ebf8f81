namespace Sylk.Conference.Server.Options;

/// <summary>What one source says, and what is wrong with the source itself. A list in it replaces lists of earlier layers.</summary>
internal sealed class SettingLayer
{
    public List<Setting> Settings { get; } = [];
    public List<OptionProblem> Problems { get; } = [];

    /// <summary>Nobody knows what it would have said; a reload takes nothing over then.</summary>
    public bool IsUnreadable { get; private set; }

    public void Wrong(string key, string text, Origin origin) => Problems.Add(new OptionProblem(key, text, origin));

    public void Unreadable(string key, string text, Origin origin)
    {
        IsUnreadable = true;
        Wrong(key, text, origin);
    }
}
