using System.IO.Pipelines;
using ProxyHerd.Herd.Connections;

namespace ProxyHerd.Herd.Requests;

/// <summary>Writes replies into a pipe's own blocks; nothing is flushed here.</summary>
internal ref struct ReplyWriter(PipeWriter output, TrafficLog? traffic)
{
    private readonly PipeWriter _output = output;
    private readonly TrafficLog? _traffic = traffic;
    private Span<byte> _block;
    private int _used;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>Appends bytes.</summary>
    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        _traffic?.Append(bytes);
        while (bytes.Length > _block.Length - _used)
        {
            var part = _block.Length - _used;
            bytes[..part].CopyTo(_block[_used..]);
            bytes = bytes[part..];
            _used += part;
            Complete();
            _block = _output.GetSpan();
        }

        bytes.CopyTo(_block[_used..]);
        _used += bytes.Length;
    }

    /// <summary>Hands what was written to the pipe; due before anything else uses the pipe.</summary>
    public void Complete()
    {
        if (_used > 0)
            _output.Advance(_used);
        _block = default;
        _used = 0;
    }
}
