namespace KafkaConsume.Yarp.Tailing;

/// <summary>A piece of the past that is being read, or will be, for everybody who waits for it.</summary>
internal sealed class CatchUpJob(CatchUpRequest request)
{
    private readonly TaskCompletionSource<CatchUpPiece> _piece = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CatchUpRequest Request { get; } = request;

    public Task<CatchUpPiece> Piece => _piece.Task;

    /// <summary>Gets or sets how many clients wait for it. Under the pool's lock.</summary>
    public int Waiting { get; set; }

    /// <summary>Gives the piece to everybody who waits, and each a hold on it. Under the pool's lock.</summary>
    public void Complete(CatchUpPiece piece)
    {
        for (var client = 0; client < Waiting; client++)
        {
            piece.Hold();
        }

        _piece.SetResult(piece);
    }
}
