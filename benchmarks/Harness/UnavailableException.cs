namespace Harness;

/// <summary>Something is not on this machine, which is no failure.</summary>
internal sealed class UnavailableException(string reason) : Exception(reason);
