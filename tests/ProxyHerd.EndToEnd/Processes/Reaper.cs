using System.Diagnostics;

namespace ProxyHerd.EndToEnd.Processes;

/// <summary>
/// Ends what this test run leaves behind, however it ends: a shell that is told of every server's process, and that kills
/// those left, and removes their folders, once the test run is gone and with it the other end of the shell's input.
/// </summary>
internal sealed class Reaper
{
    private const string Script = """
        exec >/dev/null 2>&1
        trap '' INT TERM HUP
        running=' '
        while read -r line; do
            case $line in
                +*) running="$running${line#+} " ;;
                -*) running="${running%% ${line#-} *} ${running#* ${line#-} }" ;;
            esac
        done
        kill -9 $running
        rm -rf "$0"
        """;

    private readonly Lock _lock = new();
    private readonly StreamWriter _lines;

    private Reaper()
    {
        Folder = Directory.CreateTempSubdirectory("proxyherd-").FullName;
        var start = new ProcessStartInfo("sh") { RedirectStandardInput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Script);
        start.ArgumentList.Add(Folder);
        _lines = Process.Start(start)!.StandardInput;
        _lines.AutoFlush = true;
    }

    /// <summary>The one of this test run.</summary>
    public static Reaper Instance { get; } = new();

    /// <summary>Where the herds of this test run have their folders.</summary>
    public string Folder { get; }

    /// <summary>A process runs.</summary>
    public void Watch(int process)
    {
        lock (_lock)
            _lines.WriteLine($"+{process}");
    }

    /// <summary>It has ended, and its number may become another's.</summary>
    public void Forget(int process)
    {
        lock (_lock)
            _lines.WriteLine($"-{process}");
    }
}
