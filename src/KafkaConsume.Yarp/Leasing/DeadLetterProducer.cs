using Confluent.Kafka;
using KafkaConsume.Yarp.Configuration;
using Microsoft.Extensions.Logging;

namespace KafkaConsume.Yarp.Leasing;

/// <summary>
/// Writes the dead letters of all groups of a connection: each counts as written when all in-sync replicas have it. The client is made
/// for the first one, and made anew when librdkafka says that it is of no use any more.
/// </summary>
internal sealed partial class DeadLetterProducer(KafkaConnection connection, ILogger logger) : IDeadLetterProducer, IDisposable
{
    /// <summary>How many dead letters may be on their way.</summary>
    public const int MaxRecords = 1_000;

    /// <summary>How many bytes of them; a single one may have more.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private static readonly TimeSpan FlushDeadline = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private IProducer<byte[]?, byte[]?>? _producer;
    private volatile bool _isBroken;
    private bool _isDisposed;
    private int _records;
    private long _bytes;

    public bool TrySend(string topic, Message<byte[]?, byte[]?> message, int size, Action<Error> told)
    {
        lock (_gate)
        {
            var isFull = _records > 0 && (_isBroken || _records >= MaxRecords || _bytes + size > MaxBytes);
            if (_isDisposed || isFull)
            {
                return false;
            }

            _records++;
            _bytes += size;
            var refusal = Send(topic, message, error => Conclude(size, told, error));
            if (refusal is not null)
            {
                _records--;
                _bytes -= size;
                told(refusal);
            }

            return true;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
        }

        try
        {
            _producer?.Flush(FlushDeadline);
        }
        catch (KafkaException failure)
        {
            Log.NotFlushed(logger, connection.Name, failure);
        }
        finally
        {
            _producer?.Dispose();
        }
    }

    private Error? Send(string topic, Message<byte[]?, byte[]?> message, Action<Error> conclude)
    {
        try
        {
            if (_isBroken)
            {
                // Nothing of it is on its way any more, or this one would have had to wait.
                _producer?.Dispose();
                _producer = null;
                _isBroken = false;
            }

            _producer ??= Build();
            _producer.Produce(topic, message, report => conclude(report.Error));
            return null;
        }
        catch (KafkaException failure)
        {
            return failure.Error;
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException)
        {
            // The client could not even be made: a certificate that cannot be read, a mechanism that is not there.
            return new Error(ErrorCode.Local_Fail, failure.Message);
        }
    }

    private void Conclude(int size, Action<Error> told, Error error)
    {
        lock (_gate)
        {
            _records--;
            _bytes -= size;
            _isBroken |= error.IsFatal;
        }

        told(error);
    }

    private IProducer<byte[]?, byte[]?> Build() => new ProducerBuilder<byte[]?, byte[]?>(ConsumerConfigFactory.ForDeadLetters(connection))
        .SetErrorHandler((_, error) =>
        {
            _isBroken |= error.IsFatal;
            Log.Trouble(logger, connection.Name, error.Code, error.Reason);
        })
        .SetLogHandler((_, message) => Log.Librdkafka(logger, connection.Name, message.Facility, message.Message))
        .Build();

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Kafka connection {Connection}: dead letters: {Code}: {Reason}", EventName = nameof(Trouble))]
        public static partial void Trouble(ILogger logger, string connection, ErrorCode code, string reason);

        [LoggerMessage(2, LogLevel.Debug, "Kafka connection {Connection}: dead letters: {Facility}: {Message}", EventName = nameof(Librdkafka))]
        public static partial void Librdkafka(ILogger logger, string connection, string facility, string message);

        [LoggerMessage(3, LogLevel.Warning, "Kafka connection {Connection}: dead letters on their way may have been lost; their records come again", EventName = nameof(NotFlushed))]
        public static partial void NotFlushed(ILogger logger, string connection, Exception exception);
    }
}
