using ProxyHerd.Herd.Places;

namespace ProxyHerd.Herd.Tests;

/// <summary>Answers with the query, at once or when the test says so.</summary>
internal sealed class TestPlaces : IPlacesProvider
{
    private readonly Queue<TaskCompletionSource<ReadOnlyMemory<byte>>> _waiting = new();

    public string Name => "Test";

    public bool IsAsync { get; set; }

    /// <summary>Thrown at once, as by a provider with a mistake; null for none.</summary>
    public Exception? Fault { get; set; }

    public List<PlacesQuery> Queries { get; } = [];

    public static string Json(int number) => $"{{\n  \"results\": [],\n  \"number\": {number}\n}}";

    public ValueTask<ReadOnlyMemory<byte>> SearchAsync(PlacesQuery query, CancellationToken cancellationToken)
    {
        lock (_waiting)
        {
            Queries.Add(query);
            if (Fault is not null)
                throw Fault;
            if (!IsAsync)
                return ValueTask.FromResult<ReadOnlyMemory<byte>>(Bytes.Of(Json(Queries.Count)));
            var source = new TaskCompletionSource<ReadOnlyMemory<byte>>();
            _waiting.Enqueue(source);
            return new(source.Task);
        }
    }

    /// <summary>Answers the oldest that waits.</summary>
    public async Task AnswerAsync(int number)
    {
        TaskCompletionSource<ReadOnlyMemory<byte>>? source = null;
        await Deadline.Until(
            () =>
            {
                lock (_waiting)
                    return _waiting.TryDequeue(out source);
            },
            "for a question to the provider");
        source!.SetResult(Bytes.Of(Json(number)));
    }
}
