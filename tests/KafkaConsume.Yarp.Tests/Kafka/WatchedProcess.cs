using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace KafkaConsume.Yarp.Tests.Kafka;

/// <summary>A child process that does not survive the test host, even when the test host is killed.</summary>
/// <remarks>
/// A tiny shell becomes the process, leaving behind a watcher that reads the shell's input. The other end of that pipe is ours alone. The
/// watcher gets a line when all is well, or the end of the input when the test host is gone, and then it kills the process and removes its folder.
/// </remarks>
internal sealed class WatchedProcess : IAsyncDisposable
{
    private const string Watch =
        """
        exec 3<&0
        ( IFS= read -r line <&3 || { kill -9 $$; rm -rf -- "$0"; } ) >/dev/null 2>&1 &
        exec "$@" </dev/null 3<&-
        """;

    private const int SignalTerminate = 15;
    private const int SignalContinue = 18;
    private const int SignalStop = 19;
    private const int LinesKept = 200;

    private static readonly TimeSpan TerminationPatience = TimeSpan.FromSeconds(15);

    private readonly ConcurrentQueue<string> _output = new();
    private readonly Process _process;

    private WatchedProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Gets the last lines that the process wrote, for messages about failures.</summary>
    public string Output => string.Join('\n', _output);

    /// <param name="folder">What to remove should the test host be killed.</param>
    /// <param name="command">The program and its arguments.</param>
    public static WatchedProcess Start(string folder, IEnumerable<string> command)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Watch, folder, .. command])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var watched = new WatchedProcess(new Process { StartInfo = start });
        watched._process.OutputDataReceived += watched.Keep;
        watched._process.ErrorDataReceived += watched.Keep;
        watched._process.Start();
        watched._process.BeginOutputReadLine();
        watched._process.BeginErrorReadLine();
        return watched;
    }

    public void Pause() => Send(SignalStop);

    public void Resume() => Send(SignalContinue);

    /// <summary>Ends the process as an operator would; kills it when it takes its time.</summary>
    public async Task TerminateAsync()
    {
        Send(SignalTerminate);
        Send(SignalContinue); // A paused process does not hear.
        try
        {
            await _process.WaitForExitAsync().WaitAsync(TerminationPatience, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            await KillAsync();
        }
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>Closes the pipe without a word, which is all that anybody sees of a test host that was killed.</summary>
    public void Abandon() => _process.StandardInput.Close();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        try
        {
            await _process.StandardInput.WriteLineAsync();
            _process.StandardInput.Close();
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // The watcher went before us.
        }

        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int processId, int signal);

    private void Send(int signal)
    {
        if (!_process.HasExited)
        {
            _ = SendSignal(_process.Id, signal);
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
        {
            return;
        }

        _output.Enqueue(line.Data);
        while (_output.Count > LinesKept)
        {
            _output.TryDequeue(out _);
        }
    }
}
