namespace ProxyHerd.Server.Tests.Journal;

/// <summary>Copies of a journal's folder, as a crash leaves it.</summary>
internal static class FolderCopy
{
    /// <summary>Copies the folder of Alford's journal, which may be open; its owner's file is locked then, and is written anew.</summary>
    public static void Make(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from).Where(file => Path.GetFileName(file) is not ("JOURNAL" or "LOCK")))
        {
            using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var target = File.Create(Path.Combine(to, Path.GetFileName(file)));
            source.CopyTo(target);
        }

        File.WriteAllText(Path.Combine(to, "JOURNAL"), "ProxyHerd journal 2\nAlford\n");
    }
}
