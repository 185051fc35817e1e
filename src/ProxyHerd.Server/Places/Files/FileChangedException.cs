namespace ProxyHerd.Server.Places.Files;

/// <summary>A file was written to while it was read; another try may succeed.</summary>
internal sealed class FileChangedException(string message) : IOException(message);
