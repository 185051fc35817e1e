using System.Security.Cryptography;

namespace ProxyHerd.Server.Tls;

/// <summary>
/// What a set of small files holds, read again whenever they change. Their contents are compared, not their times: a mounted
/// secret is a chain of symbolic links of which one far from the file is put round.
/// </summary>
/// <typeparam name="T">What is made of them.</typeparam>
internal sealed class WatchedFiles<T> : IDisposable
    where T : class
{
    /// <summary>A few kilobytes are read and hashed each time; an authority replaces certificates days before they end.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <summary>Many times the longest chain of certificates; a wrong path may name a file of any size.</summary>
    private const int FileBytesMax = 1 << 20;

    /// <summary>A certificate with what stands behind it: the files are read all the time, and garbage of a megabyte each time would be felt.</summary>
    private const int FileBytesUsual = 8 << 10;

    private readonly string _key;
    private readonly IReadOnlyList<string> _paths;
    private readonly Func<IReadOnlyList<byte[]>, T> _load;
    private readonly Action<string?> _report;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private volatile T _current;
    private string _taken;
    private string? _failed;
    private string? _unreadable;
    private bool _isFailureSaid;

    /// <summary>Reads the files for the first time.</summary>
    /// <param name="key">Where in the configuration a person named them.</param>
    /// <param name="paths">The files.</param>
    /// <param name="load">Makes something of their contents, or throws a CryptographicException that says what is wrong.</param>
    /// <param name="time">Says when to look again.</param>
    /// <param name="report">Hears null when changed files were taken, and what is wrong with them when they could not be.</param>
    /// <exception cref="CryptographicException">They cannot be read, or hold nothing of use.</exception>
    public WatchedFiles(
        string key, IReadOnlyList<string> paths, Func<IReadOnlyList<byte[]>, T> load, TimeProvider time, Action<string?> report)
    {
        _key = key;
        _paths = paths;
        _load = load;
        _report = report;
        _current = Load(Read(out _taken));
        _timer = time.CreateTimer(static files => ((WatchedFiles<T>)files!).Look(), this, LookEvery, LookEvery);
    }

    /// <summary>What the files held when they were last of use.</summary>
    public T Current => _current;

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    /// <summary>
    /// Files are replaced one after another, and a certificate is of no use without its own key: so what cannot be taken is
    /// said only if it is the same at the next look. It is tried at each look, since a certificate may begin to hold later.
    /// </summary>
    private void Look()
    {
        lock (_lock)
        {
            var contents = Read(out var hash);
            if (hash == _taken)
            {
                _failed = null;
                return;
            }

            try
            {
                _current = Load(contents);
                _taken = hash;
                _failed = null;
                _report(null);
            }
            catch (CryptographicException exception)
            {
                if (hash != _failed)
                    (_failed, _isFailureSaid) = (hash, false);
                else if (!_isFailureSaid)
                    SayFailure(exception.Message);
            }
        }
    }

    private void SayFailure(string reason)
    {
        _isFailureSaid = true;
        _report(reason);
    }

    private T Load(IReadOnlyList<byte[]>? contents)
    {
        if (contents is null)
            throw new CryptographicException(_unreadable);
        try
        {
            return _load(contents);
        }
        catch (PlatformNotSupportedException exception)
        {
            // A key on a curve that this machine's library lacks. It may come at any look, on a thread that nobody else watches over.
            throw new CryptographicException($"{_key}: this machine cannot use them: {exception.Message}");
        }
    }

    /// <returns>Null if one cannot be read; <see cref="_unreadable"/> says why.</returns>
    private List<byte[]>? Read(out string hash)
    {
        var contents = new List<byte[]>();
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in _paths)
        {
            try
            {
                contents.Add(ReadFile(path));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                hash = _unreadable = $"{_key}: '{path}' cannot be read: {exception.Message}";
                return null;
            }

            sum.AppendData(BitConverter.GetBytes(contents[^1].Length));
            sum.AppendData(contents[^1]);
        }

        hash = Convert.ToHexString(sum.GetHashAndReset());
        return contents;
    }

    private static byte[] ReadFile(string path)
    {
        using var file = File.OpenRead(path);
        var buffer = new byte[FileBytesUsual];
        var length = 0;
        while (file.Read(buffer, length, buffer.Length - length) is > 0 and var count)
        {
            length += count;
            if (length > FileBytesMax)
                throw new IOException($"it is larger than {FileBytesMax} bytes");
            if (length == buffer.Length)
                Array.Resize(ref buffer, 2 * length);
        }

        return buffer[..length];
    }
}
