using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Harness;

/// <summary>A process on cores of its own that answers lines with lines, and ends with its input.</summary>
internal sealed class ChildProcess : IDisposable
{
    private const double TicksPerSecond = 100; // What Linux counts CPU time in for everybody to see, whatever the kernel's own clock.

    private static readonly ConcurrentDictionary<ChildProcess, bool> Running = [];

    private readonly Process _process;
    private readonly string _name;

    /// <param name="cores">Where it may run, as taskset takes it; null for wherever we may.</param>
    /// <param name="command">The program and its arguments.</param>
    public ChildProcess(string? cores, params IEnumerable<string> command)
    {
        string[] whole = cores is null ? [.. command] : ["taskset", "-c", cores, .. command];
        _name = string.Join(' ', whole.Where(word => !word.StartsWith('-')).Select(Path.GetFileName).TakeLast(5));
        var start = new ProcessStartInfo(whole[0], whole[1..]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        _process = Process.Start(start)!;
        _process.StandardInput.AutoFlush = true;
        Running[this] = true;
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Gets the CPU time that it has used, all threads, user and kernel.</summary>
    public TimeSpan Cpu
    {
        get
        {
            var stat = File.ReadAllText($"/proc/{Id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return TimeSpan.FromSeconds((Number(fields[11]) + Number(fields[12])) / TicksPerSecond);
        }
    }

    /// <summary>Kills all that run, so that whoever waits for one of them waits no more.</summary>
    public static void KillAll()
    {
        foreach (var child in Running.Keys)
        {
            child._process.Kill();
        }
    }

    /// <summary>Gets a figure of /proc/PID/status in kB, such as VmRSS.</summary>
    public long StatusKb(string name) => Number(File.ReadLines($"/proc/{Id}/status")
        .First(line => line.StartsWith(name + ":", StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]);

    /// <summary>Writes a line.</summary>
    /// <exception cref="InvalidOperationException">The process has ended.</exception>
    public void Send(string line)
    {
        try
        {
            _process.StandardInput.WriteLine(line);
        }
        catch (IOException gone)
        {
            throw new InvalidOperationException($"'{_name}' has ended", gone);
        }
    }

    /// <summary>Reads a line.</summary>
    /// <exception cref="InvalidOperationException">The process has ended.</exception>
    public string Receive() => _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"'{_name}' has ended");

    public string Ask(string line)
    {
        Send(line);
        return Receive();
    }

    public void Dispose()
    {
        Running.TryRemove(this, out _);
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read all.
        }

        if (!_process.WaitForExit(5000))
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
