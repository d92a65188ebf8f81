using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Storage.Tests;

/// <summary>What every store of messages between addresses promises; each kind of store runs all of it.</summary>
public abstract class AddressStoreContract
{
    private const string Alice = "alice@x.example";
    private const string Bob = "bob@x.example";

    private protected abstract Task<OpenStore> OpenAsync();

    [Fact(DisplayName = "Addresses: a message is kept once, for those who have signed in, and comes back as it was")]
    public async Task Kept()
    {
        await using var open = await OpenAsync();
        var store = open.Services.GetRequiredService<IAddressStore>();
        var message = Message(1) with { Content = "ä'; DROP TABLE addresses 👋", Wanted = [ReceiptKind.Delivered, ReceiptKind.Displayed] };
        Assert.Equal(Keeping.NoSuchOwner, (await store.AddAsync(Alice, message, outgoing: false, 10)).Keeping);
        await store.MeetAsync(Alice);
        await store.MeetAsync(Alice);
        Assert.Equal(Keeping.Kept, (await store.AddAsync(Alice, message, outgoing: false, 10)).Keeping);
        Assert.Equal(new(Keeping.Known, "msg_1"), await store.AddAsync(Alice, message with { Id = "msg_other" }, outgoing: false, 10));
        Assert.Null(await store.FindSentAsync(Alice, Bob, "c1"));
        var kept = Assert.Single(await store.AfterAsync(Alice, 0, 10));
        Assert.Equal((Alice, false, KeptState.Accepted, Bob), (kept.Owner, kept.Outgoing, kept.State, kept.Peer));
        Assert.Equal(message.Wanted, kept.Message.Wanted);
        Assert.Equal(message, kept.Message with { Wanted = message.Wanted });
        Assert.Empty(await store.AfterAsync(Bob, 0, 10));
        var sent = Message(2) with { From = Alice, To = Bob };
        Assert.Equal(new(Keeping.Kept, "msg_2"), await store.AddAsync(Alice, sent, outgoing: true, 10));
        Assert.Equal("msg_2", await store.FindSentAsync(Alice, Bob, "c2"));
        Assert.Null(await store.FindSentAsync(Alice, "carol@x.example", "c2"));
    }

    [Fact(DisplayName = "Addresses: pages go back from the newest, of one conversation or all; a message that is not there ends them")]
    public async Task Pages()
    {
        await using var open = await OpenAsync();
        var store = await FilledAsync(open, 4);
        Assert.Equal(Keeping.Kept, (await store.AddAsync(Alice, Message(9) with { From = "carol@x.example" }, outgoing: false, 100)).Keeping);
        Assert.Equal(["msg_9", "msg_4"], (await store.PageAsync(Alice, null, null, 2)).Select(one => one.Message.Id));
        Assert.Equal(["msg_4", "msg_3"], (await store.PageAsync(Alice, Bob, null, 2)).Select(one => one.Message.Id));
        Assert.Equal(["msg_2", "msg_1"], (await store.PageAsync(Alice, Bob, "msg_3", 5)).Select(one => one.Message.Id));
        Assert.Empty(await store.PageAsync(Alice, Bob, "msg_unknown", 5));
    }

    [Fact(DisplayName = "Addresses: states go forward only, of one message or all before it, and each change is told once")]
    public async Task States()
    {
        await using var open = await OpenAsync();
        var store = await FilledAsync(open, 4);
        Assert.Equal(0, await store.StartAsync(Alice, null));
        Assert.Equal(["msg_1"], Ids(await store.AdvanceAsync(new(Alice, false, "msg_1", null, UpTo: false, KeptState.Delivered))));
        Assert.Equal(1, await store.StartAsync(Alice, null));
        Assert.Equal(1, await store.StartAsync(Alice, "msg_3"));
        Assert.Empty(await store.AdvanceAsync(new(Alice, false, "msg_1", null, UpTo: false, KeptState.Delivered)));
        Assert.Empty(await store.AdvanceAsync(new(Alice, false, "msg_3", "carol@x.example", UpTo: true, KeptState.Displayed)));
        var read = await store.AdvanceAsync(new(Alice, false, "msg_3", Bob, UpTo: true, KeptState.Displayed));
        Assert.Equal(["msg_1", "msg_2", "msg_3"], Ids(read));
        Assert.All(read, one => Assert.Equal(KeptState.Displayed, one.State));
        Assert.Equal(2, await store.StartAsync(Alice, "msg_2"));
        Assert.Equal(3, await store.StartAsync(Alice, null));
        Assert.Empty(await store.AdvanceAsync(new(Alice, false, "msg_3", Bob, UpTo: false, KeptState.Failed)));
        Assert.Empty(await store.AdvanceAsync(new(Alice, true, "msg_4", Bob, UpTo: false, KeptState.Delivered)));
        Assert.Equal(
            [KeptState.Displayed, KeptState.Displayed, KeptState.Displayed, KeptState.Accepted], (await store.AfterAsync(Alice, 0, 9)).Select(one => one.State));
    }

    [Fact(DisplayName = "Addresses: a full book lets go of the oldest that has arrived, never of one that waits; positions are not given twice")]
    public async Task Full()
    {
        await using var open = await OpenAsync();
        var store = await FilledAsync(open, 3);
        Assert.Equal(Keeping.Full, (await store.AddAsync(Alice, Message(4), outgoing: false, 3)).Keeping);
        await store.AdvanceAsync(new(Alice, false, "msg_2", null, UpTo: false, KeptState.Delivered));
        Assert.Equal(Keeping.Kept, (await store.AddAsync(Alice, Message(5), outgoing: false, 3)).Keeping);
        var left = await store.AfterAsync(Alice, 0, 9);
        Assert.Equal(["msg_1", "msg_3", "msg_5"], Ids(left));
        await store.ForgetAsync(Message(5).SentAt);
        Assert.Equal(["msg_5"], Ids(await store.AfterAsync(Alice, 0, 9)));
        await store.ForgetAsync(Message(6).SentAt);
        Assert.Equal(Keeping.Kept, (await store.AddAsync(Alice, Message(7), outgoing: false, 3)).Keeping);
        Assert.True(Assert.Single(await store.AfterAsync(Alice, 0, 9)).Position > left[^1].Position);
    }

    [Fact(DisplayName = "Addresses: whoever reads on while many write misses none")]
    public async Task Together()
    {
        const int Writers = 4, Each = 15;
        await using var open = await OpenAsync();
        var store = await FilledAsync(open, 0);
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
                Assert.Equal(Keeping.Kept, (await store.AddAsync(Alice, Message(writer * 100 + i), outgoing: false, 1000)).Keeping);
        })));
        var (position, seen) = (0L, 0);
        while (true)
        {
            var isLast = writing.IsCompleted;
            var page = await store.AfterAsync(Alice, position, 1000);
            seen += page.Length;
            position = page.IsEmpty ? position : page[^1].Position;
            if (isLast && page.IsEmpty)
                break;
        }
        await writing;
        Assert.Equal(Writers * Each, seen);
    }

    private static async Task<IAddressStore> FilledAsync(OpenStore open, int messages)
    {
        var store = open.Services.GetRequiredService<IAddressStore>();
        await store.MeetAsync(Alice);
        for (var i = 1; i <= messages; i++)
            Assert.Equal(Keeping.Kept, (await store.AddAsync(Alice, Message(i), outgoing: false, 100)).Keeping);
        return store;
    }

    private static IEnumerable<string> Ids(IEnumerable<KeptMessage> messages) => messages.Select(one => one.Message.Id);

    private static DirectMessage Message(int number)
    {
        var text = number.ToString(CultureInfo.InvariantCulture);
        return new()
        {
            Id = "msg_" + text,
            From = Bob,
            FromName = "Bob",
            To = Alice,
            Content = text,
            ClientId = "c" + text,
            SentAt = DateTimeOffset.UnixEpoch.AddSeconds(number),
            Via = "sip",
        };
    }
}

public sealed class MemoryAddresses : AddressStoreContract
{
    private protected override Task<OpenStore> OpenAsync() => OpenStore.OpenAsync(StorageMode.Memory);
}

public sealed class SqliteAddresses : AddressStoreContract
{
    private protected override Task<OpenStore> OpenAsync() => OpenStore.OpenAsync(StorageMode.Sqlite);
}

public sealed class PostgresAddresses(SharedPostgres postgres) : AddressStoreContract
{
    private protected override async Task<OpenStore> OpenAsync() =>
        await OpenStore.OpenAsync(StorageMode.Postgres, await postgres.Cluster.CreateAsync());
}
