namespace Sylk.Conference.Storage;

public enum StorageMode { Memory, Sqlite, Postgres }

/// <param name="Connection">A connection string; empty means the file <c>sylk.db</c> in <paramref name="DataDir"/> (SQLite only).</param>
public sealed record StorageSettings(StorageMode Mode, string Connection, string DataDir);
