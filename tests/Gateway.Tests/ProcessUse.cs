using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Gateway.Tests;

/// <summary>What a process holds of the machine, as Linux counts it.</summary>
/// <param name="Threads">The threads.</param>
/// <param name="Files">The open files, sockets among them.</param>
/// <param name="Connections">The connections to some server.</param>
/// <param name="Memory">The memory that is in use for it, in bytes.</param>
internal sealed record ProcessUse(int Threads, int Files, int Connections, long Memory)
{
    private const string Established = "01";

    /// <summary>Looks at a process.</summary>
    /// <param name="process">The process's id.</param>
    /// <param name="server">The server whose connections are counted.</param>
    public static ProcessUse Of(int process, IPEndPoint server)
    {
        var sockets = Directory.EnumerateFiles($"/proc/{process}/fd").Select(Target).ToHashSet(StringComparer.Ordinal);
        var status = File.ReadAllText($"/proc/{process}/status");
        return new ProcessUse(
            Read(status, "Threads"),
            sockets.Count,
            Peers(process).Count(peer => peer.Port == server.Port && sockets.Contains($"socket:[{peer.Inode}]")),
            Read(status, "VmRSS") * 1024L);
    }

    private static string Target(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget ?? link;
        }
        catch (IOException)
        {
            // It was closed meanwhile.
            return link;
        }
    }

    private static int Read(string status, string name) =>
        int.Parse(Regex.Match(status, $@"^{name}:\s+(\d+)", RegexOptions.Multiline, TimeSpan.FromSeconds(1)).Groups[1].Value, CultureInfo.InvariantCulture);

    /// <summary>Gets the ports that this machine is connected to, and by which socket.</summary>
    private static IEnumerable<(int Port, string Inode)> Peers(int process) =>
        ((string[])["tcp", "tcp6"]).SelectMany(family => File.ReadLines($"/proc/{process}/net/{family}")).Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[3] == Established)
            .Select(fields => (int.Parse(fields[2].AsSpan(fields[2].LastIndexOf(':') + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture), fields[9]));
}
