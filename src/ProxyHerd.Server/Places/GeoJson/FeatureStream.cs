using System.Text;
using System.Text.Json;

namespace ProxyHerd.Server.Places.GeoJson;

/// <summary>
/// Cuts a FeatureCollection (RFC 7946) into its features while it is read: of the file only the feature at hand, and what
/// was read together with it, is in memory.
/// </summary>
/// <remarks>
/// A <see cref="Utf8JsonReader"/> is made anew for each step, from the state that the step before left. A step that finds
/// the buffer too short leaves no trace and is taken again once more has been read.
/// </remarks>
/// <param name="stream">Read to its end; the caller disposes it.</param>
/// <param name="bufferBytes">How much is read at once.</param>
internal sealed class FeatureStream(Stream stream, int bufferBytes = FeatureStream.BufferBytes)
{
    /// <summary>Hundreds of features, so that what is moved to the buffer's beginning between reads does not count.</summary>
    private const int BufferBytes = 1 << 18;

    /// <summary>Of one feature: above the coastline of a continent with every point of OpenStreetMap's, some 30 MB.</summary>
    private const int FeatureBytesMax = 64 << 20;

    /// <summary>Of a value in a message: longer ones are no words.</summary>
    private const int ShownBytesMax = 40;

    private const string CollectionType = "FeatureCollection";

    private byte[] _buffer = new byte[bufferBytes];
    private int _start;
    private int _end;
    private bool _isStreamAtEnd;
    private bool _isBegun;
    private JsonReaderState _state;
    private Stage _stage = Stage.Begin;
    private string? _type;
    private bool _hasFeatures;
    private long _line = 1;

    private enum Stage
    {
        Begin,
        InCollection,
        InFeatures,
        Behind,
        End,
    }

    /// <summary>How many features have been read.</summary>
    public long Count { get; private set; }

    /// <summary>The line where the last feature began.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>The next feature, a JSON object in UTF-8 without mistakes, which lies in the buffer until the next call.</summary>
    /// <returns>False at the end of the collection.</returns>
    /// <exception cref="InvalidDataException">This is not a FeatureCollection, or is cut short; the message says where and why.</exception>
    public bool TryRead(out ReadOnlySpan<byte> feature)
    {
        feature = default;
        while (_stage != Stage.End)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start.._end), _isStreamAtEnd, _state);
            var from = _start;
            Range? found = null;
            bool hasStepped;
            try
            {
                hasStepped = TryStep(ref reader, ref found);
            }
            catch (JsonException exception)
            {
                throw new InvalidDataException(MistakeIn(exception));
            }

            if (!hasStepped)
            {
                Fill();
                continue;
            }

            if (found is { } range)
            {
                feature = _buffer.AsSpan(from, (int)reader.BytesConsumed)[range];
                Line = _line + _buffer.AsSpan(from, range.Start.Value).Count((byte)'\n');
                Count++;
            }
            _line += _buffer.AsSpan(from, (int)reader.BytesConsumed).Count((byte)'\n');
            _start += (int)reader.BytesConsumed;
            _state = reader.CurrentState;
            if (found is not null)
                return true;
        }
        return false;
    }

    /// <summary>Takes one step: the beginning, a member of the collection, a feature or an end.</summary>
    /// <returns>False if the buffer ends before the step does.</returns>
    private bool TryStep(ref Utf8JsonReader reader, ref Range? feature)
    {
        if (!_isBegun || !reader.Read())
            return TryEnd();

        switch (_stage)
        {
            case Stage.Begin:
                _stage = reader.TokenType == JsonTokenType.StartObject ? Stage.InCollection : throw NoCollection(reader, "it does not begin with an object");
                return true;
            case Stage.InCollection when reader.TokenType == JsonTokenType.EndObject:
                _stage = _hasFeatures ? Stage.Behind : throw NoCollection(reader, "it has no member 'features'");
                CheckType(reader, isComplete: true);
                return true;
            case Stage.InCollection:
                return TryReadMember(ref reader);
            case Stage.InFeatures when reader.TokenType == JsonTokenType.EndArray:
                _stage = Stage.InCollection;
                return true;
            case Stage.InFeatures when reader.TokenType != JsonTokenType.StartObject:
                throw new InvalidDataException($"line {LineOf(reader)}: feature {Count + 1} is no object");
            default:
                var start = (int)reader.TokenStartIndex;
                if (!reader.TrySkip())
                    return false;
                feature = start..(int)reader.BytesConsumed;
                return true;
        }
    }

    private bool TryReadMember(ref Utf8JsonReader reader)
    {
        var isType = reader.ValueTextEquals("type"u8);
        var isFeatures = reader.ValueTextEquals("features"u8);
        if (!reader.Read())
            return false;

        if (isFeatures)
        {
            if (reader.TokenType != JsonTokenType.StartArray || _hasFeatures)
                throw NoCollection(reader, _hasFeatures ? "it has 'features' twice" : "its 'features' is no array");
            CheckType(reader, isComplete: false);
            _hasFeatures = true;
            _stage = Stage.InFeatures;
            return true;
        }
        if (isType && reader.TokenType == JsonTokenType.String)
        {
            // As it stands in the file, for the message: what is no UTF-8 could not be had as a text.
            _type = reader.ValueTextEquals(CollectionType) ? CollectionType : Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, ShownBytesMax)]);
            CheckType(reader, isComplete: false);
            return true;
        }
        return reader.TrySkip();
    }

    private void CheckType(in Utf8JsonReader reader, bool isComplete)
    {
        if (_type is null && !isComplete)
            return;
        if (_type != CollectionType)
            throw NoCollection(reader, _type is null ? "it has no 'type'" : $"its type is '{_type}'");
    }

    /// <summary>The reader wants more: is there an end to be had?</summary>
    private bool TryEnd()
    {
        if (_stage != Stage.Behind || !_isStreamAtEnd)
            return false;
        _stage = Stage.End;
        return true;
    }

    /// <summary>Reads until the buffer is full or the stream ends; a buffer that is full of one feature grows.</summary>
    private void Fill()
    {
        if (_start == 0 && _end == _buffer.Length)
        {
            if (_buffer.Length >= FeatureBytesMax)
                throw new InvalidDataException($"line {_line}: feature {Count + 1} is longer than {FeatureBytesMax >> 20} MB; leave it out, or simplify its geometry");
            Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, FeatureBytesMax));
        }
        else
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        var room = _buffer.AsSpan(_end);
        var read = Read(room);
        _isStreamAtEnd = read < room.Length;
        _end += read;
        if (!_isBegun && (_isStreamAtEnd || _end >= Utf8Bom.Length))
        {
            _isBegun = true;
            if (_buffer.AsSpan(0, _end).StartsWith(Utf8Bom))
                _start = Utf8Bom.Length;
        }
    }

    private int Read(Span<byte> room)
    {
        try
        {
            return stream.ReadAtLeast(room, room.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException)
        {
            // Its message is about archives, of which this is none.
            throw new InvalidDataException($"line {_line}: it is damaged: behind {Count} whole features its gzip data have a mistake");
        }
    }

    private static ReadOnlySpan<byte> Utf8Bom => [0xEF, 0xBB, 0xBF];

    private string MistakeIn(JsonException exception)
    {
        if (_stage == Stage.Begin && !_buffer.AsSpan(_start.._end).ContainsAnyExcept(" \t\r\n"u8))
            return "it is empty";
        if (IsCutShort())
            return $"it is cut short: it ends in line {exception.LineNumber + 1}, behind {Count} whole features";

        var where = $"line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}";
        if (_stage == Stage.Behind)
            return $"{where}: something follows the collection; GeoJSON text sequences and several collections in a file cannot be read";
        var reason = exception.Message.Split(" LineNumber:")[0];
        return _stage == Stage.InFeatures ? $"{where}, in feature {Count + 1}: {reason}" : $"{where}: not JSON: {reason}";
    }

    /// <summary>Whether the end alone is what is wrong.</summary>
    private bool IsCutShort()
    {
        if (!_isStreamAtEnd || _stage == Stage.Behind)
            return false;
        var reader = new Utf8JsonReader(_buffer.AsSpan(_start.._end), isFinalBlock: false, _state);
        try
        {
            while (reader.Read())
            {
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private long LineOf(in Utf8JsonReader reader) => _line + _buffer.AsSpan(_start, (int)reader.TokenStartIndex).Count((byte)'\n');

    private InvalidDataException NoCollection(in Utf8JsonReader reader, string reason) =>
        new($"line {LineOf(reader)}: not a GeoJSON FeatureCollection: {reason}");
}
