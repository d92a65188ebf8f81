using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Storage.Tests;

/// <summary>Octets of files in the database; each kind of database runs all of it.</summary>
public abstract class StoredFilesContract
{
    private const string Id = "fl_01M8FATYCMHRPMC9HNCPQVXMDS";
    private const int Size = (2 * StoredFiles.PieceSize) + 1_000;

    private static readonly byte[] Octets = RandomNumberGenerator.GetBytes(Size);

    private protected abstract Task<OpenStore> OpenAsync();

    [Fact(DisplayName = "Files: what was kept in pieces comes back whole, from any place, and has its hash")]
    public async Task Whole()
    {
        await using var open = await OpenAsync();
        var files = Files(open);
        Assert.Equal(FileWrite.Written, await files.AppendAsync(Id, 0, Size, new MemoryStream(Octets)));
        Assert.Equal(Size, await files.LengthAsync(Id));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Octets)), await files.HashAsync(Id));
        await using var read = (await files.OpenAsync(Id))!;
        Assert.Equal(Size, read.Length);
        Assert.Equal(Octets, await AllAsync(read));
        foreach (var from in new[] { 0, 1, StoredFiles.PieceSize - 1, StoredFiles.PieceSize, Size - 1, Size, 5 })
        {
            read.Position = from;
            Assert.Equal(Octets[from..], await AllAsync(read));
        }
    }

    [Fact(DisplayName = "Files: an upload goes on where it broke off, and nowhere else; what comes twice is refused")]
    public async Task Resumed()
    {
        await using var open = await OpenAsync();
        var files = Files(open);
        Assert.Equal(FileWrite.Written, await files.AppendAsync(Id, 0, Size, new Breaking(Octets[..70_000])));
        Assert.Equal(70_000, await files.LengthAsync(Id));
        Assert.Equal(FileWrite.OutOfPlace, await files.AppendAsync(Id, 0, Size, new MemoryStream(Octets)));
        Assert.Equal(FileWrite.OutOfPlace, await files.AppendAsync(Id, 70_001, Size, new MemoryStream(Octets[70_001..])));
        Assert.Equal(FileWrite.Written, await files.AppendAsync(Id, 70_000, Size, new MemoryStream(Octets[70_000..])));
        await using var read = (await files.OpenAsync(Id))!;
        Assert.Equal(Octets, await AllAsync(read));
    }

    [Fact(DisplayName = "Files: two that write one file at once never mix: one of them is refused")]
    public async Task Together()
    {
        await using var open = await OpenAsync();
        var files = Files(open);
        var other = RandomNumberGenerator.GetBytes(Size);
        var ends = await Task.WhenAll(
            Task.Run(() => files.AppendAsync(Id, 0, Size, new MemoryStream(Octets))), Task.Run(() => files.AppendAsync(Id, 0, Size, new MemoryStream(other))));
        Assert.Contains(FileWrite.Written, ends);
        Assert.Contains(FileWrite.OutOfPlace, ends);
        await using var read = (await files.OpenAsync(Id))!;
        Assert.Equal(ends[0] == FileWrite.Written ? Octets : other, await AllAsync(read));
    }

    [Fact(DisplayName = "Files: nothing is kept beyond what was announced; what was deleted is gone, and what is here can be listed")]
    public async Task Bounds()
    {
        await using var open = await OpenAsync();
        var files = Files(open);
        Assert.Null(await files.OpenAsync(Id));
        Assert.Equal(FileWrite.TooLong, await files.AppendAsync(Id, 0, 1_000, new MemoryStream(Octets)));
        Assert.Equal(0, await files.LengthAsync(Id));
        Assert.Equal(FileWrite.Written, await files.AppendAsync(Id, 0, 1_000, new MemoryStream(Octets[..1_000])));
        Assert.Equal([Id], await files.AllAsync());
        await using var read = (await files.OpenAsync(Id))!;
        await files.DeleteAsync(Id);
        Assert.Empty(await AllAsync(read));
        Assert.Equal(0, await files.LengthAsync(Id));
        Assert.Empty(await files.AllAsync());
    }

    private static StoredFiles Files(OpenStore open) => new(open.Services.GetRequiredService<StoreAccess>());

    private static async Task<byte[]> AllAsync(Stream from)
    {
        var to = new MemoryStream();
        await from.CopyToAsync(to);
        return to.ToArray();
    }

    /// <summary>A sender that breaks off behind its octets.</summary>
    private sealed class Breaking(byte[] octets) : MemoryStream(octets)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new IOException("the sender has gone");
    }
}

public sealed class SqliteFiles : StoredFilesContract
{
    private protected override Task<OpenStore> OpenAsync() => OpenStore.OpenAsync(StorageMode.Sqlite);
}

public sealed class PostgresFiles(SharedPostgres postgres) : StoredFilesContract
{
    private protected override async Task<OpenStore> OpenAsync() =>
        await OpenStore.OpenAsync(StorageMode.Postgres, await postgres.Cluster.CreateAsync());
}
