using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>Opens a participant's video at the media engine (<see cref="IMediaEngine.OpenLocalVideoAsync"/>).</summary>
internal delegate ValueTask<LocalVideoOpened> OpenLocalVideo(string room, long epoch, string peerId);

/// <summary>
/// A leg's camera and picture in its room: keeps what the media engine was told equal to what is wanted, one order after the other,
/// and opens anew what was closed there. Lives on the room's thread.
/// </summary>
/// <param name="room">Its name.</param>
/// <param name="leg">The participant.</param>
/// <param name="open">Asks the media engine.</param>
/// <param name="post">Brings an answer back to the room's thread.</param>
internal sealed class VideoLink(string room, string leg, OpenLocalVideo open, Action<Action> post)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private LocalCamera? _published;
    private LocalView? _watched;
    private bool _isBusy;
    private bool _isEnded;
    private Instant _retryAt;

    /// <summary>What is to be published; null for nothing.</summary>
    public LocalCamera? Camera { get; set; }

    /// <summary>What is to be shown; null until there is video.</summary>
    public LocalView? View { get; set; }

    /// <summary>Null while it is not open.</summary>
    public ILocalVideo? Local { get; private set; }

    /// <summary>Once a tick.</summary>
    /// <param name="now">When.</param>
    /// <param name="epoch">The room's, as last heard.</param>
    /// <param name="hasVoice">The participant is in the room's media.</param>
    public void Mind(Instant now, long epoch, bool hasVoice)
    {
        if (Local is { IsClosed: true })
        {
            Forget();
        }

        if (_isBusy || now < _retryAt || View is null)
        {
            return;
        }

        if (Local is not { } local)
        {
            if (hasVoice)
            {
                Begin(now);
                _ = OpenAsync(epoch);
            }
        }
        else if (!ReferenceEquals(_published, Camera))
        {
            Begin(now);
            _ = PublishAsync(local, Camera);
        }
        else if (!ReferenceEquals(_watched, View))
        {
            Begin(now);
            _ = WatchAsync(local, View);
        }
    }

    public void Close()
    {
        _isEnded = true;
        Forget();
    }

    private void Begin(Instant now) => (_isBusy, _retryAt) = (true, now + Retry);

    private void Forget()
    {
        _ = Local?.DisposeAsync().AsTask();
        (Local, _published, _watched) = (null, null, null);
    }

    private async Task OpenAsync(long epoch)
    {
        var opened = default(LocalVideoOpened);
        try
        {
            opened = await open(room, epoch, leg).ConfigureAwait(false);
        }
        finally
        {
            post(() => Opened(opened.Video));
        }
    }

    private void Opened(ILocalVideo? video)
    {
        _isBusy = false;
        if (video is null)
        {
            return;
        }

        (Local, _retryAt) = (video, default);
        if (_isEnded)
        {
            Forget();
        }
    }

    private async Task PublishAsync(ILocalVideo local, LocalCamera? camera)
    {
        var isDone = false;
        try
        {
            if (camera is null)
            {
                await local.UnpublishAsync().ConfigureAwait(false);
                isDone = true;
            }
            else
            {
                isDone = await local.PublishAsync(camera).ConfigureAwait(false) is null;
            }
        }
        finally
        {
            post(() => Done(local, isDone, () => _published = camera));
        }
    }

    private async Task WatchAsync(ILocalVideo local, LocalView view)
    {
        var isDone = false;
        try
        {
            isDone = await local.WatchAsync(view).ConfigureAwait(false) is null;
        }
        finally
        {
            post(() => Done(local, isDone, () => _watched = view));
        }
    }

    private void Done(ILocalVideo local, bool isDone, Action note)
    {
        _isBusy = false;
        if (isDone && local == Local)
        {
            _retryAt = default;
            note();
        }
    }
}
