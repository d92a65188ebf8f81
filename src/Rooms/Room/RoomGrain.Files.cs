using Microsoft.Extensions.DependencyInjection;

namespace Sylk.Conference.Rooms;

/// <summary>Files announced, fetched and thrown away. Their octets never pass through here.</summary>
internal sealed partial class RoomGrain
{
    private IFileContent? FileContent => ServiceProvider.GetService<IFileContent>();

    public async Task<FileOutcome> AnnounceFile(BeginFile file)
    {
        var refusal = await Do(file);
        return new(refusal, refusal is null ? _state.Files.Find(file.FileId) : null);
    }

    public Task<FileOutcome> FindUpload(FileRequest request) => Task.FromResult(FileRules.ForUpload(_state, request));

    public Task<FileOutcome> FindFile(FileRequest request) => Task.FromResult(FileRules.ForDownload(_state, request));

    /// <summary>Octets go after everybody has been told; should that fail, no list leads to them any more.</summary>
    private async Task Discard(IEnumerable<RoomEvent> events)
    {
        if (FileContent is not { } content)
            return;
        foreach (var dropped in events.OfType<FileDropped>())
        {
            try
            {
                await content.DeleteAsync(dropped.FileId);
            }
            catch (Exception problem) when (problem is IOException or StoreUnavailableException)
            {
                tools.Log.FileNotDeleted(_state.Name, dropped.FileId, problem);
            }
        }
    }
}
