namespace Sylk.Conference.Rooms.Tests;

internal static class Listening
{
    /// <returns>What was heard, up to and with the first item that fits.</returns>
    public static async Task<List<FeedItem>> Until(this FeedListener listener, Predicate<FeedItem> last)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var (items, batch) = (new List<FeedItem>(), new List<FeedEnvelope>());
        while (!items.Exists(last))
        {
            batch.Clear();
            await listener.TakeAsync(batch, patience.Token);
            items.AddRange(batch.Select(envelope => envelope.Content).OfType<FeedItem>());
        }
        return items;
    }
}
