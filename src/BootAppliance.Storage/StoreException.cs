namespace BootAppliance.Storage;

/// <summary>The store cannot be opened; the message says what is wrong with which file and what to do about it. The file is as it was.</summary>
public sealed class StoreException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>Something could not be made durable and did not happen; the message says why and what to do. Later writes may succeed again.</summary>
public sealed class StoreUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
