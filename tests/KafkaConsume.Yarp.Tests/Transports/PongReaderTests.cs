using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using KafkaConsume.Yarp.Transports;

namespace KafkaConsume.Yarp.Tests.Transports;

public sealed class PongReaderTests
{
    private const int Text = 1;
    private const int Ping = 9;
    private const int Pong = 10;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_PongAmongOtherFrames_IsFoundHoweverTheBytesCome(bool isMasked)
    {
        // Payloads that look like pongs themselves, of each kind of length.
        var decoy = Frame(Pong, Number(7), isMasked);
        byte[] stream =
        [
            .. Frame(Text, decoy, isMasked), .. Frame(Text, Many(decoy, 300), isMasked), .. Frame(Text, Many(decoy, 70_000), isMasked),
            .. Frame(Ping, Number(6), isMasked), .. Frame(Pong, [1, 2, 3], isMasked), .. Frame(Pong, [], isMasked), .. Frame(Text, [], isMasked),
            .. Frame(Pong, Number(5), isMasked), .. Frame(Text, decoy, isMasked),
        ];
        foreach (var piece in (int[])[1, 2, 3, 7, 64, 1_000, stream.Length])
        {
            var reader = new PongReader();
            var found = stream.Chunk(piece).Count(bytes => reader.Read(bytes, sent: 9));

            (found, reader.Last).Should().Be((1, 5));
        }
    }

    [Fact]
    public void Read_NumbersThatWereNotSentYetOrAreOld_CountForNothing()
    {
        var reader = new PongReader();
        reader.Read(Frame(Pong, Number(3), true), sent: 2).Should().BeFalse();
        reader.Read(Frame(Pong, Number(-1), true), sent: 2).Should().BeFalse();
        reader.Read(Frame(Pong, Number(2), true), sent: 2).Should().BeTrue();
        reader.Read(Frame(Pong, Number(1), true), sent: 2).Should().BeFalse();

        reader.Last.Should().Be(2);
    }

    [Fact]
    public void Read_AnyBytes_IsNeverSaidToHaveArrivedBeforeItWasSent() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[][]>(), pieces =>
        {
            var reader = new PongReader();
            foreach (var piece in pieces)
            {
                reader.Read(piece, sent: 4);
                reader.Last.Should().BeInRange(0, 4);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(29, 1));

    private static byte[] Number(long number)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }

    private static byte[] Many(byte[] bytes, int length) => [.. Enumerable.Range(0, length).Select(index => bytes[index % bytes.Length])];

    private static byte[] Frame(int opcode, byte[] payload, bool isMasked)
    {
        byte[] mask = [0x8A, 0x88, 0x13, 0x07];
        var flag = isMasked ? 0x80 : 0;
        byte[] length = payload.Length < 126 ? [(byte)(flag | payload.Length)]
            : payload.Length <= ushort.MaxValue ? [(byte)(flag | 126), (byte)(payload.Length >> 8), (byte)payload.Length]
            : [(byte)(flag | 127), 0, 0, 0, 0, 0, (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length];
        return isMasked
            ? [(byte)(0x80 | opcode), .. length, .. mask, .. payload.Select((value, index) => (byte)(value ^ mask[index % 4]))]
            : [(byte)(0x80 | opcode), .. length, .. payload];
    }
}
