namespace Sylk.Conference.Rooms;

public enum FileWrite
{
    Written,

    /// <summary>The octets do not follow those that are here: ask for the length and go on from there.</summary>
    OutOfPlace,

    /// <summary>More than was announced.</summary>
    TooLong,

    /// <summary>The disk is (nearly) full: at least 1 GiB and 5 % stay free (reliability TF-06).</summary>
    NoSpace,
}

/// <summary>Where the octets of files lie: random ids only, no name of anybody's choosing.</summary>
public interface IFileContent
{
    /// <returns>Octets that are here and will stay; 0 when there are none.</returns>
    Task<long> LengthAsync(string id, CancellationToken cancellation = default);

    /// <summary>Appends at an offset. What was written when the sender breaks off stays, so that it can go on.</summary>
    /// <param name="size">Octets of the whole file: nothing is kept beyond it.</param>
    Task<FileWrite> AppendAsync(string id, long offset, long size, Stream content, CancellationToken cancellation = default);

    /// <returns>SHA-256 of all of it, in hex.</returns>
    Task<string> HashAsync(string id, CancellationToken cancellation = default);

    /// <returns>Null when there is no such content. The stream can seek.</returns>
    Task<Stream?> OpenAsync(string id, CancellationToken cancellation = default);

    Task DeleteAsync(string id, CancellationToken cancellation = default);

    /// <returns>Ids of everything that is here, whether a room knows it or not.</returns>
    Task<IReadOnlyCollection<string>> AllAsync(CancellationToken cancellation = default);
}
