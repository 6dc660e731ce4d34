using System.Runtime.InteropServices;

namespace Harness.Loading;

/// <summary>Linux's epoll and recv themselves: what .NET builds on them costs more per read than the read.</summary>
internal sealed unsafe partial class Epoll : IDisposable
{
    private const int AddOperation = 1;
    private const int RemoveOperation = 2;
    private const int ReadableEvent = 1;
    private const int DontWait = 0x40;
    private const int MaxEvents = 512;

    // The kernel packs the structure on x86-64 and nowhere else.
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventSize = DataOffset + sizeof(long);

    private readonly byte[] _events = GC.AllocateArray<byte>(MaxEvents * 16, pinned: true);
    private readonly int _handle = Check(Create(0), "epoll_create1");

    /// <summary>Watches a socket; <see cref="Wait"/> tells of it by this number.</summary>
    public void Add(int socket, int number)
    {
        var item = stackalloc byte[16];
        *(int*)item = ReadableEvent;
        *(long*)(item + DataOffset) = number;
        Check(Control(_handle, AddOperation, socket, item), "epoll_ctl");
    }

    /// <summary>Watches a socket no more.</summary>
    public void Remove(int socket) => Control(_handle, RemoveOperation, socket, null);

    /// <summary>Waits until there is something to read and returns of how many sockets.</summary>
    public int Wait(int milliseconds)
    {
        fixed (byte* events = _events)
        {
            var count = Await(_handle, events, MaxEvents, milliseconds);
            return count < 0 && Marshal.GetLastPInvokeError() == 4 ? 0 : Check(count, "epoll_wait");
        }
    }

    /// <summary>Gets the number of one of the sockets that <see cref="Wait"/> has found.</summary>
    public int Ready(int index) => (int)BitConverter.ToInt64(_events, (index * EventSize) + DataOffset);

    /// <summary>Reads what is there: 0 at the end of the connection, below 0 when nothing is there or the connection is broken.</summary>
    public static int Receive(int socket, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            return (int)Recv(socket, start, (nuint)buffer.Length, DontWait);
        }
    }

    public void Dispose() => _ = Close(_handle);

    private static int Check(int result, string call) =>
        result >= 0 ? result : throw new InvalidOperationException($"{call}: error {Marshal.GetLastPInvokeError()}");

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int epoll, int operation, int socket, byte* item);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int Await(int epoll, byte* events, int count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "recv")]
    private static partial nint Recv(int socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
