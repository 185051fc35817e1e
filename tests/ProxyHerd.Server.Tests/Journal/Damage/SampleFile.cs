namespace ProxyHerd.Server.Tests.Journal.Damage;

/// <summary>Which of a journal's files is damaged.</summary>
public enum SampleFile
{
    /// <summary>The write-ahead log, with commits that are in no table.</summary>
    Log,

    /// <summary>The list of the database's files, with the story of many tables.</summary>
    Manifest,

    /// <summary>A table.</summary>
    Table,
}
