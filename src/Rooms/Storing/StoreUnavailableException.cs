namespace Sylk.Conference.Rooms;

/// <summary>The store did not answer a question in time. Doors answer <c>overloaded</c> with a time to try again.</summary>
public sealed class StoreUnavailableException(Exception? cause = null) : Exception("The store does not answer now.", cause);
