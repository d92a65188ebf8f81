using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Sylk.Conference.Storage;

/// <summary>
/// Every table, for SQLite and PostgreSQL alike: text, integers, truth values and bytes only. Times are whole milliseconds
/// since 1970. The path of joins and chat goes past it (<c>RoomStore</c>).
/// </summary>
public sealed class StorageContext(DbContextOptions<StorageContext> options) : DbContext(options)
{
    public DbSet<RoomRow> Rooms => Set<RoomRow>();
    public DbSet<RoomEntryRow> RoomEntries => Set<RoomEntryRow>();
    public DbSet<MessageRow> Messages => Set<MessageRow>();
    public DbSet<SessionRow> Sessions => Set<SessionRow>();
    public DbSet<CallRow> Calls => Set<CallRow>();
    public DbSet<EventRow> Events => Set<EventRow>();
    public DbSet<WebhookRow> Webhooks => Set<WebhookRow>();
    public DbSet<WebhookDeliveryRow> WebhookDeliveries => Set<WebhookDeliveryRow>();
    public DbSet<ApiKeyRow> ApiKeys => Set<ApiKeyRow>();
    public DbSet<FirstKeyCodeRow> FirstKeyCodes => Set<FirstKeyCodeRow>();
    public DbSet<IdempotencyRow> Idempotency => Set<IdempotencyRow>();
    public DbSet<UsedTokenRow> UsedTokens => Set<UsedTokenRow>();
    public DbSet<RevocationRow> Revocations => Set<RevocationRow>();
    public DbSet<FileRow> Files => Set<FileRow>();
    public DbSet<PhoneItemRow> PhoneItems => Set<PhoneItemRow>();
    public DbSet<AddressRow> Addresses => Set<AddressRow>();
    public DbSet<AddressMessageRow> AddressMessages => Set<AddressMessageRow>();
    public DbSet<FileChunkRow> FileChunks => Set<FileChunkRow>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<Milliseconds>();
        configurationBuilder.Properties<byte>().HaveConversion<int>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        MapRooms(modelBuilder);
        MapEvents(modelBuilder);
        MapAccess(modelBuilder);
        MapFiles(modelBuilder);
        MapAddresses(modelBuilder);
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(table => table.GetProperties()))
            property.SetColumnName(SnakeCase(property.Name));
    }

    private static void MapRooms(ModelBuilder model)
    {
        model.Entity<RoomRow>().ToTable("rooms").HasKey(row => row.Name);
        model.Entity<RoomRow>().HasIndex(row => row.Id).IsUnique();
        model.Entity<RoomEntryRow>().ToTable("room_entries").HasKey(row => new { row.Room, row.Key });
        var messages = model.Entity<MessageRow>().ToTable("messages");
        messages.HasKey(row => new { row.Room, row.Sequence });
        messages.Property(row => row.Id).IsRequired();
        messages.HasIndex(row => row.Id).IsUnique();
        messages.HasIndex(row => new { row.Room, row.SenderIdentity, row.ClientId }).IsUnique();
        model.Entity<SessionRow>().ToTable("sessions").HasKey(row => row.Id);
        model.Entity<SessionRow>().HasIndex(row => new { row.Room, row.Id });
        model.Entity<CallRow>().ToTable("calls").HasKey(row => row.Id);
        model.Entity<CallRow>().HasIndex(row => new { row.Room, row.Id });
    }

    private static void MapEvents(ModelBuilder model)
    {
        var events = model.Entity<EventRow>().ToTable("events");
        events.HasKey(row => row.Position);
        events.Property(row => row.Position).ValueGeneratedOnAdd();
        events.Property(row => row.Id).IsRequired();
        events.HasIndex(row => row.Id).IsUnique();
        events.HasIndex(row => new { row.Spread, row.Position });
        model.Entity<WebhookRow>().ToTable("webhooks").HasKey(row => row.Id);
        var deliveries = model.Entity<WebhookDeliveryRow>().ToTable("webhook_deliveries");
        deliveries.HasKey(row => row.Id);
        deliveries.HasIndex(row => new { row.WebhookId, row.State, row.Position });
        deliveries.HasIndex(row => new { row.WebhookId, row.CreatedAt });
        deliveries.HasIndex(row => row.EventId);
    }

    private static void MapAccess(ModelBuilder model)
    {
        model.Entity<ApiKeyRow>().ToTable("api_keys").HasKey(row => row.Id);
        model.Entity<ApiKeyRow>().HasIndex(row => row.SecretHash).IsUnique();
        model.Entity<FirstKeyCodeRow>().ToTable("first_key_codes").HasKey(row => row.Id);
        model.Entity<IdempotencyRow>().ToTable("idempotency").HasKey(row => new { row.Owner, row.Key });
        model.Entity<IdempotencyRow>().HasIndex(row => row.CreatedAt);
        model.Entity<UsedTokenRow>().ToTable("used_tokens").HasKey(row => row.Id);
        model.Entity<UsedTokenRow>().HasIndex(row => row.Expiry);
        model.Entity<PhoneItemRow>().ToTable("phone_items").HasKey(row => new { row.Kind, row.Id });
        model.Entity<RevocationRow>().ToTable("revocations").HasKey(row => new { row.Room, row.Identity });
    }

    private static void MapFiles(ModelBuilder model)
    {
        model.Entity<FileRow>().ToTable("files").HasKey(row => row.Id);
        model.Entity<FileRow>().HasIndex(row => new { row.Room, row.Id });
        model.Entity<FileChunkRow>().ToTable("file_chunks").HasKey(row => new { row.FileId, row.Offset });
    }

    private static void MapAddresses(ModelBuilder model)
    {
        model.Entity<AddressRow>().ToTable("addresses").HasKey(row => row.Address);
        var messages = model.Entity<AddressMessageRow>().ToTable("address_messages");
        messages.HasKey(row => new { row.Owner, row.Position });
        messages.Property(row => row.Id).IsRequired();
        messages.HasIndex(row => new { row.Owner, row.Peer, row.Outgoing, row.ClientId }).IsUnique();
        messages.HasIndex(row => new { row.Owner, row.Id });
        messages.HasIndex(row => row.At);
    }

    private static string SnakeCase(string name) =>
        string.Concat(name.Select((c, i) => char.IsAsciiLetterUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));

    private sealed class Milliseconds() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(), number => DateTimeOffset.FromUnixTimeMilliseconds(number));
}
