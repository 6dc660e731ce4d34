using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.Fuzz;

/// <summary>Who says something: a user by a request, or a stream.</summary>
/// <param name="User">The user; null for everybody who has not logged in.</param>
/// <param name="Stream">The stream; null for a request.</param>
internal sealed record AckSpeaker(string? User, GroupSession? Stream)
{
    /// <summary>Says whether a record is one that this client has.</summary>
    public bool Has(RecordNote note) => note.IsHeld && (Stream is null ? note.User == User : note.Stream == Stream);
}
