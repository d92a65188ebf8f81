namespace Sylk.Conference.Rooms;

/// <summary>One in the cluster: tells whether accounts, trunks and routes have changed since somebody read them.</summary>
[Alias("sylk.IPhoneChangesGrain")]
public interface IPhoneChangesGrain : IGrainWithIntegerKey
{
    /// <summary>Another text than before means: read again.</summary>
    [Alias("Current")]
    Task<string> Current();

    [Alias("Changed")]
    Task Changed();
}

internal sealed class PhoneChangesGrain : Grain, IPhoneChangesGrain
{
    private string _current = Ids.Secret();

    public Task<string> Current() => Task.FromResult(_current);

    public Task Changed()
    {
        _current = Ids.Secret();
        return Task.CompletedTask;
    }
}
