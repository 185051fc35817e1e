using Xunit;

namespace ProxyHerd.Server.Tests;

/// <summary>Holds the source tree to its own limits: a file or method that outgrows them is two.</summary>
public sealed class SourceTreeTests
{
    private const int SourceLinesMax = 400;
    private const int TestLinesMax = 600;
    private const int MethodLinesMax = 70;

    private static readonly string[] EmptyNames = ["Common", "Core", "Utils", "Helpers", "Managers"];

    [Fact]
    public void Files_OfSource_AreShort() => Assert.Empty(FilesLongerThan("src", SourceLinesMax));

    [Fact]
    public void Files_OfTests_AreShort() => Assert.Empty(FilesLongerThan("tests", TestLinesMax));

    [Fact]
    public void Methods_OfSource_AreShort()
    {
        var found = from file in Files("src")
                    from method in Members(File.ReadAllLines(file))
                    where method.Lines > MethodLinesMax
                    select $"{Path.GetRelativePath(Root(), file)}:{method.Start}: {method.Lines} lines";
        Assert.Empty(found);
    }

    [Fact]
    public void Folders_AndFiles_AreNamedForWhatTheyHold()
    {
        var found = Files("src").Concat(Files("tests"))
            .Where(file => Path.GetRelativePath(Root(), file).Split(Path.DirectorySeparatorChar, '.').Any(part => EmptyNames.Contains(part)));
        Assert.Empty(found);
    }

    [Fact]
    public void Members_OfASample_AreMeasured()
    {
        string[] sample = ["namespace A;", "class B", "{", "    void C()", "    {", "        D();", "    }", "}"];
        Assert.Equal([(Start: 5, Lines: 3)], Members(sample));
    }

    /// <summary>
    /// Bodies of members: in a file-scoped namespace they stand between braces that are indented by one step, and by two
    /// within a nested type. A nested type's own braces are passed over.
    /// </summary>
    private static IEnumerable<(int Start, int Lines)> Members(string[] lines)
    {
        for (var start = 1; start < lines.Length; start++)
        {
            var indent = lines[start].Length - 1;
            if (lines[start].Trim() != "{" || indent is not (4 or 8) || IsTypeHead(lines[start - 1]))
                continue;
            var end = Array.FindIndex(lines, start, line => line.StartsWith(new string(' ', indent) + "}", StringComparison.Ordinal));
            yield return (start + 1, end - start + 1);
        }
    }

    private static bool IsTypeHead(string line) =>
        line.Split(' ').Intersect(["class", "struct", "record", "interface", "enum"]).Any();

    private static IEnumerable<string> FilesLongerThan(string folder, int linesMax) =>
        from file in Files(folder)
        let lines = File.ReadLines(file).Count()
        where lines > linesMax
        select $"{Path.GetRelativePath(Root(), file)}: {lines} lines";

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root(), folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Intersect(["bin", "obj"]).Any());

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ProxyHerd.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("ProxyHerd.sln is in no folder above the tests.");
    }
}
