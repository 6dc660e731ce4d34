using Confluent.Kafka;
using KafkaConsume.Yarp.Leasing;

namespace KafkaConsume.Yarp.Tests.History;

/// <summary>A checker that never finds anything is worth nothing: each promise is broken here by hand, and each lawful oddity kept.</summary>
public sealed class HistoryCheckerTests
{
    private static readonly HistoryRules Strict = new() { AckTimeout = TimeSpan.FromSeconds(10), MaxDeliveries = 2, MaxInFlight = 3, Window = 2 };

    private static HistoryStory Story => new();

    [Fact]
    public void Check_EverythingAcknowledgedInAnyOrder_IsGood() => Story
        .Produce(4).Batch("b1", "ada", 0, 1).Batch("b2", "bob", 2, 3)
        .Ack("bob", 2, 3).Commit(0).Confirm("ada", 4, 0, 1).Commit(4).Quiet(4)
        .Check().Should().BeEmpty();

    [Fact]
    public void Check_ComesAgainAfterARefusalAFarewellATimeoutOrAFault_IsGood() => Story
        .Produce(4).Batch("b1", "ada", 0).Batch("b2", "ada", 1).Batch("b3", "ada", 2)
        .Nack("ada", 0).Start("b4", "bob").Deliver("b4", 2, [0])
        .Tell(new HistoryEvent.SessionEnded("b2")).Start("b5", "bob").Deliver("b5", 2, [1])
        .Wait(10).Start("b6", "bob").Deliver("b6", 2, [2])
        .Fault().Batch("b7", "eve", 0, 1, 2, 3).Ack("eve", 0, 1, 2, 3).Commit(4).Quiet(4)
        .Check(Strict with { Window = 4, MaxInFlight = 4 }).Should().BeEmpty();

    [Fact]
    public void Check_LateAcksAreRefusedAndRepeatedOnesAccepted_IsGood() => Story
        .Produce(1).Batch("b1", "ada", 0).Wait(10).Start("b2", "bob").Deliver("b2", 2, [0])
        .Say("ada", AckKind.Ack, AckAnswer.Refused, 0).Ack("bob", 0).Ack("bob", 0).Ack("ada", 0).Commit(1).Quiet(1)
        .Check(Strict).Should().BeEmpty();

    [Fact]
    public void Check_AnswersThatOvertakeEachOther_AreGood() => Story
        .Produce(1).Start("b1", "ada").Start("b2", "bob").Wait(10)
        .Tell(new HistoryEvent.Delivered("b2", 2, HistoryStory.Record(0, attempt: 2)))
        .Tell(new HistoryEvent.Delivered("b1", 1, HistoryStory.Record(0, attempt: 1)))
        .Ack("bob", 0).Commit(1).Quiet(1)
        .Check(Strict).Should().BeEmpty();

    [Fact]
    public void Check_GivenUpAfterEnoughFailures_IsGood() => Story
        .Produce(1).Batch("b1", "ada", 0).Nack("ada", 0).Start("b2", "bob").Deliver("b2", 2, [0]).Nack("bob", 0)
        .Tell(new HistoryEvent.GivenUp(HistoryStory.Id(0), Attempts: 2)).Commit(1).Quiet(1)
        .Check(Strict).Should().BeEmpty();

    [Fact]
    public void Check_GivenUpForADeadLetterThatIsThere_IsGood() => Story
        .Produce(1).Batch("b1", "ada", 0).Nack("ada", 0).Start("b2", "bob").Deliver("b2", 2, [0]).Nack("bob", 0)
        .Tell(new HistoryEvent.GivenUp(HistoryStory.Id(0), Attempts: 2) { IsDeadLetter = true }).Commit(1)
        .Tell(new HistoryEvent.DeadLetters(HistoryStory.Record(0, attempt: 2))).Quiet(1)
        .Check(Strict).Should().BeEmpty();

    [Fact]
    public void Check_AStreamThatItsGatewayMissedSooner_IsGood() => Story
        .Produce(2).Start("s", "ada").Deliver("s", 0, 1).Batch("b1", "bob", 0, 1)
        .Tell(new HistoryEvent.SessionEnded("s") { AliveAfter = 2 }).Ack("bob", 0, 1).Commit(2).Quiet(2)
        .Check(Strict).Should().BeEmpty();

    [Fact]
    public void Check_AStreamGoesOnAfterATakeover_IsGood() => Story
        .Produce(2).Start("s", isExclusive: true).Deliver("s", 0, 1).Fault().Tell(new HistoryEvent.TookOver("g1", HistoryStory.Partition(), 0))
        .Deliver("s", 0, 1).Ack("ada", 0, 1).Commit(2).Quiet(2)
        .Check(Strict).Should().BeEmpty();

    [Fact]
    public void Check_A200PromisesNoMoreThanItsNextOffset_IsGood() => Story
        .Produce(2).Batch("b1", "ada", 0, 1).Confirm("ada", 0, 1).Fault().Batch("b2", "bob", 0, 1).Ack("bob", 0, 1).Commit(2).Quiet(2)
        .Check(Strict).Should().BeEmpty();

    [Fact]
    public void I1_NeverCame_IsFound() => Finds("I1: orders [[0]] 1 came to nobody", Story.Produce(2).Batch("b1", "ada", 0).Ack("ada", 0).Commit(1).Quiet(1));

    [Fact]
    public void I1_CameOnceToAClientThatDied_IsFound() => Finds(
        "I1: orders [[0]] 1 came, was not acknowledged", Story.Produce(2).Batch("b1", "ada", 0, 1).Ack("ada", 0).Commit(1).Quiet(1));

    [Fact]
    public void I1_GivenUpForADeadLetterThatIsNowhere_IsFound() => Finds(
        "I1: orders [[0]] 0 was given up for a dead letter, and is not among them",
        Story.Produce(1).Batch("b1", "ada", 0).Nack("ada", 0).Start("b2", "bob").Deliver("b2", 2, [0]).Nack("bob", 0)
            .Tell(new HistoryEvent.GivenUp(HistoryStory.Id(0), Attempts: 2) { IsDeadLetter = true }).Commit(1)
            .Tell(new HistoryEvent.DeadLetters()).Quiet(1));

    [Fact]
    public void I1_ADeadLetterThatNobodyProduced_IsFound() => Finds(
        "I1: orders [[0]] 5 is among the dead letters", Story.Tell(new HistoryEvent.DeadLetters(HistoryStory.Record(5, attempt: 2))));

    [Fact]
    public void I1_ComesChanged_IsFound() => Finds(
        "another value",
        Story.Produce(1).Start("b1").Tell(new HistoryEvent.Delivered("b1", 1, new HistoryRecord(HistoryStory.Partition(), 0, 7))));

    [Fact]
    public void I1_ComesFromNowhere_IsFound() => Finds("nobody produced it", Story.Produce(1).Batch("b1", "ada", 5));

    [Fact]
    public void I2_OutOfOrder_IsFound() => Finds("I2: orders [[0]] 0 came to b1 for the first time after 1", Story.Produce(2).Batch("b1", "ada", 1, 0));

    [Fact]
    public void I2_AStreamStepsBackUnannounced_IsFound() => Finds(
        "I2", Story.Produce(3).Start("s", isExclusive: true).Deliver("s", 0, 1, 2).Fault().Deliver("s", 1));

    [Fact]
    public void I2_AStreamLeavesOneOut_IsFound() => Finds(
        "I2: orders [[0]] 2 came to s after 0, without 1", Story.Produce(3).Start("s", isExclusive: true).Deliver("s", 0).Deliver("s", 2));

    [Fact]
    public void I2_AStreamIsToldOfTheStepBack_IsGood() => Story
        .Produce(2).Start("s", isExclusive: true).Deliver("s", 0, 1).Fault()
        .Tell(new HistoryEvent.Rewound("s", HistoryStory.Partition(), 0)).Deliver("s", 0, 1).Ack("ada", 0, 1).Commit(2).Quiet(2)
        .Check(Strict).Should().BeEmpty();

    [Fact]
    public void I3_CommittedWithoutAnAck_IsFound() => Finds(
        "I3: orders [[0]]: committed 2, but nobody has acknowledged 0", Story.Produce(2).Batch("b1", "ada", 0, 1).Ack("ada", 1).Commit(2));

    [Fact]
    public void I3_CommittedWhatWasRefused_IsFound() => Finds(
        "I3", Story.Produce(1).Batch("b1", "ada", 0).Say("ada", AckKind.Ack, AckAnswer.Refused, 0).Commit(1));

    [Fact]
    public void I3_CommittedBeforeTheAck_IsFound() => Finds("I3", Story.Produce(1).Batch("b1", "ada", 0).Commit(1).Ack("ada", 0));

    [Fact]
    public void I3_CommittedBeforeItWasGivenUp_IsFound() => Finds(
        "I3: orders [[0]]: committed 1, but nobody has acknowledged 0",
        Story.Produce(1).Batch("b1", "ada", 0).Nack("ada", 0).Start("b2").Deliver("b2", 2, [0]).Nack("ada", 0).Commit(1)
            .Tell(new HistoryEvent.GivenUp(HistoryStory.Id(0), Attempts: 2)));

    [Fact]
    public void I3_CommittedBeyondTheEnd_IsFound() => Story
        .Produce(1).Batch("b1", "ada", 0).Ack("ada", 0).Commit(9).Quiet(1)
        .Check(Strict)[0].Should().StartWith("I3: orders [[0]]: committed 9, but the partition ends at 1");

    [Fact]
    public void I4_NotCommittedInTheEnd_IsFound() => Finds(
        "I4: orders [[0]]: committed 1 in the end, not 2", Story.Produce(2).Batch("b1", "ada", 0, 1).Ack("ada", 0, 1).Commit(1).Quiet(2));

    [Fact]
    public void I5_GoesBack_IsFound() => Finds("I5", Story.Produce(2).Batch("b1", "ada", 0, 1).Ack("ada", 0, 1).Commit(2).Commit(1));

    [Fact]
    public void I5_GoesBackOnPurpose_IsGood() => Story
        .Produce(2).Batch("b1", "ada", 0, 1).Ack("ada", 0, 1).Commit(2).Tell(new HistoryEvent.Sought(HistoryStory.Partition(), 1)).Commit(1)
        .Check(Strict).Should().BeEmpty();

    [Fact]
    public void I6_ComesAgainAfterTheClientWasToldThatItIsCommitted_IsFound() => Finds(
        "I6", Story.Produce(1).Batch("b1", "ada", 0).Confirm("ada", 1, 0).Fault().Batch("b2", "bob", 0));

    [Fact]
    public void I6_WasOnItsWayWhenTheClientWasTold_IsGood() => Story
        .Produce(1).Batch("b1", "ada", 0).Start("b2", "bob").Fault().Confirm("ada", 1, 0)
        .Tell(new HistoryEvent.Delivered("b2", 3, HistoryStory.Record(0)))
        .Check(Strict).Should().BeEmpty();

    [Fact]
    public void I7_ComesAgainWithoutACause_IsFound() => Finds(
        "I7: orders [[0]] 0 came again to b2 without a cause", Story.Produce(1).Batch("b1", "ada", 0).Ack("ada", 0).Start("b2", "bob").Deliver("b2", 2, [0]));

    [Fact]
    public void I7_MoreThanTheWindowComesAgain_IsFound() => Finds(
        "I7: orders [[0]]: more than 2 records came again", Story.Produce(3).Batch("b1", "ada", 0, 1, 2).Fault().Batch("b2", "bob", 0, 1, 2));

    [Fact]
    public void I7_GivenUpTooEarly_IsFound() => Finds(
        "I7: orders [[0]] 0 was given up after 1 failures",
        Story.Produce(1).Batch("b1", "ada", 0).Nack("ada", 0).Tell(new HistoryEvent.GivenUp(HistoryStory.Id(0), Attempts: 1)));

    [Fact]
    public void I7_ADeadLetterTooEarly_IsFound() => Finds(
        "I7: orders [[0]] 0 became a dead letter after 1 attempts", Story.Produce(1).Tell(new HistoryEvent.DeadLetters(HistoryStory.Record(0))));

    [Fact]
    public void I7_ComesAgainAfterItFailedTooOften_IsFound() => Finds(
        "I7: orders [[0]] 0 came again to b3 although it had failed 2 times",
        Story.Produce(1).Batch("b1", "ada", 0).Nack("ada", 0).Start("b2").Deliver("b2", 2, [0]).Nack("ada", 0).Start("b3").Deliver("b3", 3, [0]));

    [Fact]
    public void I8_TwoHaveTheSame_IsFound() => Finds(
        "I8: orders [[0]] 0 came to b2 while b1 has it", Story.Produce(1).Batch("b1", "ada", 0).Batch("b2", "bob", 0));

    [Fact]
    public void I8_TwoHaveTheSameWhileAStreamSurelyIsThere_IsFound() => Finds(
        "I8: orders [[0]] 0 came to b1 while s has it",
        Story.Produce(1).Start("s", "ada").Deliver("s", 0).Batch("b1", "bob", 0).Tell(new HistoryEvent.SessionEnded("s") { AliveAfter = 5 }));

    [Fact]
    public void I8_AckOfWhatAnotherHasByNow_IsFound() => Finds(
        "I8: orders [[0]] 0 is not ada's", Story.Produce(1).Batch("b1", "ada", 0).Fault().Batch("b2", "bob", 0).Ack("ada", 0));

    [Fact]
    public void I8_AckOfWhatWasNeverHandedOut_IsFound() => Finds("I8", Story.Produce(1).Batch("b1", "ada").Ack("ada", 0));

    [Fact]
    public void I8_NackOfWhatAnotherHas_IsFound() => Finds("I8", Story.Produce(1).Batch("b1", "ada", 0).Nack("bob", 0));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void I9_BeginsElsewhereThanAtWhatIsCommitted_IsFound(long offset) => Finds(
        "I9", Story.Produce(4).Batch("b1", "ada", 0, 1).Ack("ada", 0, 1).Commit(2).Tell(new HistoryEvent.TookOver("g2", HistoryStory.Partition(), offset)));

    [Fact]
    public void I9_BeginsAtWhatIsCommitted_IsGood() => Story
        .Produce(4).Batch("b1", "ada", 0, 1).Ack("ada", 0, 1).Commit(2).Tell(new HistoryEvent.TookOver("g2", HistoryStory.Partition(), 2))
        .Check(Strict).Should().BeEmpty();

    [Fact]
    public void I8_AGatewayThatLostThePartitionConfirmsAnAck_IsFound() => Finds(
        "I8: orders [[0]] 0 is not ada's",
        Story.Produce(1).Batch("b1", "ada", 0).Fault().Tell(new HistoryEvent.TookOver("g2", HistoryStory.Partition(), 0)).Confirm("ada", 1, 0));

    [Theory]
    [InlineData("g1", true)]
    [InlineData("g2", false)]
    public void I8_AfterAGatewayGaveThePartitionUp_AnAckOfTheOtherIsFoundIfThatOneLostIt(string gaveUp, bool isFound) =>
        Story.Produce(1).Batch("b1", "ada", 0).Fault().Tell(new HistoryEvent.TookOver("g2", HistoryStory.Partition(), 0))
            .Tell(new HistoryEvent.GaveUp(gaveUp, HistoryStory.Partition())).Confirm("ada", 1, 0)
            .Check(Strict).Any(violation => violation.StartsWith("I8", StringComparison.Ordinal)).Should().Be(isFound);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void I3_AnAckAtAGatewayWhosePartitionAnotherHasAsWell_CountsWhereTheClusterHearsBoth(bool hearsBoth) =>
        Story.Produce(1).Batch("b1", "ada", 0).Tell(new HistoryEvent.TookOver("g1", HistoryStory.Partition()))
            .Fault().Tell(new HistoryEvent.TookOver("g2", HistoryStory.Partition())).Ack("ada", 0).Commit(1)
            .Check(Strict with { MayHaveTwoOwners = hearsBoth }).Any(violation => violation.StartsWith("I3", StringComparison.Ordinal)).Should().Be(!hearsBoth);

    [Theory]
    [InlineData(1, true)]
    [InlineData(31, false)]
    public void I7_ARefusalMeetsWhatComesAgain_ThatMayComeOnceMoreIfItsTimeWasUp(double seconds, bool isFound) =>
        Story.Produce(1).Batch("b1", "ada", 0).Wait(seconds).Nack("ada", 0)
            .Start("b2").Deliver("b2", 2, [0]).Say("ada", AckKind.Nack, AckAnswer.Refused, 0).Deliver("b2", 3, [0])
            .Check(Strict).Any(violation => violation.StartsWith("I7", StringComparison.Ordinal)).Should().Be(isFound);

    [Fact]
    public void Check_AGatewayThatTheGroupHasGoneOnWithoutRepeatsThings_IsGood() => Story
        .Produce(1).Start("b1").Tell(new HistoryEvent.TookOver("g2", HistoryStory.Partition(), 0)).Start("b2", "bob", "g2").Deliver("b2", 0)
        .Deliver("b1", 0).Say("ada", AckKind.Ack, AckAnswer.Unclear, 0).Commit(0)
        .Check(Strict).Should().BeEmpty();

    [Fact]
    public void I10_OfAnotherTopic_IsFound() => Finds(
        "I10",
        Story.Produce(1).Start("b1").Tell(new HistoryEvent.Delivered("b1", 1, new HistoryRecord(new TopicPartition("payroll", 0), 0, 1))));

    [Fact]
    public void I11_MoreInFlightThanAllowed_IsFound() => Finds(
        "I11: orders [[0]]: clients of g1 have 4 records, more than 3", Story.Produce(4).Batch("b1", "ada", 0, 1, 2).Batch("b2", "bob", 3));

    [Fact]
    public void I11_MoreOfAnythingThanAllowed_IsFound() => Finds("I11: threads is 12, more than 10", Story.Tell(new HistoryEvent.Measured("threads", 12, 10)));

    [Fact]
    public void I12_WaitsInVainWhileThereAreRecords_IsFound() => Finds(
        "I12: ada waited in vain at g1 while there was orders [[0]] 0", Story.Produce(1).Wait(31).Tell(new HistoryEvent.CameEmpty("ada", "g1", 1)).Wait(1));

    [Fact]
    public void I12_WaitsInVainDuringAFault_IsGood() => Story
        .Produce(1).Fault().Wait(31).Tell(new HistoryEvent.CameEmpty("ada", "g1", 1))
        .Check(Strict).Should().BeEmpty();

    private static void Finds(string violation, HistoryStory story) =>
        story.Check(Strict).Should().ContainSingle().Which.Should().Contain(violation);
}
