namespace KafkaConsume.Yarp.Tailing;

/// <summary>A client's place in the line for a piece of the past, and its hold on the piece once it is there.</summary>
/// <param name="piece">The piece, when it has been read.</param>
/// <param name="leave">Gives the place, or the hold, up.</param>
internal sealed class CatchUpTicket(Task<CatchUpPiece> piece, Action leave) : IDisposable
{
    private Action? _leave = leave;

    public Task<CatchUpPiece> Piece { get; } = piece;

    public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
}
