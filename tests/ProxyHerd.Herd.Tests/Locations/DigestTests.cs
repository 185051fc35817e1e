using System.IO.Hashing;
using CsCheck;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Locations;

namespace ProxyHerd.Herd.Tests.Locations;

/// <summary>The running digest tree against one that is computed from the lines.</summary>
public sealed class DigestTests
{
    private enum Step
    {
        Accept,
        BeginCommit,
        EndCommit,
        Remove,
        Rehash,
    }

    private static Gen<(Step Step, string Line, int Bound)> Move => Gen.Select(
        Gen.Frequency(
            (8, Gen.Const(Step.Accept)),
            (3, Gen.Const(Step.BeginCommit)),
            (3, Gen.Const(Step.EndCommit)),
            (1, Gen.Const(Step.Remove)),
            (4, Gen.Const(Step.Rehash))),
        Gen.Select(Gen.Int[0, 30], Gen.Int[1, 60], (client, time) => $"AT Alford 0 client{client} +1+1 {time}"),
        Gen.Int[1, 60]);

    [Fact]
    public void Tree_AnyAcceptsCommitsRemovalsAndRehashes_IsThatOfTheLines() =>
        Gen.Select(Move.Array[1, 120], Gen.OneOf(1, 4)).Sample(
            (moves, shards) =>
            {
                var run = new Run(new TestStore(shards: shards), clients: 0);
                foreach (var (step, line, bound) in moves)
                    run.Take(step, line, bound);
                run.Finish();
            },
            iter: 150);

    /// <summary>So many clients in one shard that a rehash takes several pieces of it.</summary>
    [Fact]
    public void Tree_RehashInPieces_CountsEachLineOnce() =>
        Move.Array[1, 60].Sample(
            moves =>
            {
                var run = new Run(new TestStore(), clients: 1_600);
                foreach (var (step, line, bound) in moves)
                    run.Take(step, line.Replace("client", "client7"), bound);
                run.Finish();
            },
            iter: 15);

    private sealed class Run
    {
        private readonly TestStore _store;
        private readonly CommitBatch _batch = new();
        private bool _isCommitting;
        private DigestTree? _anew;
        private ScanPlace _rehash;
        private long _head;

        public Run(TestStore store, int clients)
        {
            _store = store;
            for (var client = 0; client < clients; client++)
                store.FromNeighbour($"AT Alford 0 client{client} +1+1 30");
            Take(Step.BeginCommit, "", 0);
            Take(Step.EndCommit, "", 0);
        }

        private LocationStore Store => _store.Store;

        public void Take(Step step, string line, int bound)
        {
            switch (step)
            {
                case Step.Accept:
                    _store.FromNeighbour(line);
                    break;
                case Step.BeginCommit when !_isCommitting:
                    _batch.Begin(_head + 1);
                    Store.StartCommit();
                    Store.Close(_batch);
                    _isCommitting = true;
                    break;
                case Step.EndCommit when _isCommitting:
                    _store.Feed.Index.Reserve(_batch.LastSequence);
                    Store.Publish(_batch, _store.Feed.Index);
                    _head = _batch.LastSequence;
                    _isCommitting = false;
                    Check();
                    break;
                case Step.Remove:
                    for (var place = default(ScanPlace); !place.IsAtEnd;)
                        Store.RemoveOutside(ref place, bound * 500_000_000L, 58_000_000_000, out _);
                    break;
                case Step.Rehash:
                    Rehash();
                    break;
                default:
                    break;
            }
        }

        /// <summary>Ends what is under way, and once more makes the tree anew.</summary>
        public void Finish()
        {
            foreach (var step in (Step[])[Step.EndCommit, Step.BeginCommit, Step.EndCommit])
                Take(step, "", 0);
            for (var ended = 0; ended < 2;)
            {
                Rehash();
                ended += _anew is null ? 1 : 0;
            }

            Check();
        }

        private void Rehash()
        {
            if (_anew is null)
            {
                _anew = Store.BeginRehash();
                _rehash = default;
                return;
            }

            if (!_rehash.IsAtEnd)
            {
                Assert.Equal(0, Store.Rehash(ref _rehash, _anew, out _));
                return;
            }

            Assert.True(Store.EndRehash(), "the tree made anew is another");
            _anew = null;
            Check();
        }

        private void Check()
        {
            var tree = new DigestTree();
            var lines = _head == 0 ? [] : Lines();
            foreach (var line in lines)
            {
                tree.Apply(
                    DigestTree.BucketOf(XxHash3.HashToUInt64(Bytes.Of(line.Split(' ')[3]))), XxHash3.HashToUInt64(Bytes.Of(line)));
            }

            Assert.Equal(lines.Count, Store.Count);
            Assert.Equal(tree.Root, Store.Digest);
            Span<ulong> expected = stackalloc ulong[DigestTree.BucketsPerNode];
            Span<ulong> hashes = stackalloc ulong[DigestTree.BucketsPerNode];
            for (var node = -1; node < DigestTree.Nodes; node++)
            {
                tree.CopyChildren(node < 0 ? 0 : 1, node, expected);
                Store.DigestTree.CopyChildren(node < 0 ? 0 : 1, node, hashes);
                Assert.True(expected.SequenceEqual(hashes));
            }
        }

        private List<string> Lines()
        {
            var buffer = new byte[1 << 16];
            var lines = new List<string>();
            for (var place = default(ScanPlace); !place.IsAtEnd;)
            {
                var length = Store.Scan(ref place, new ScanFilter(0, 0), buffer, out _);
                lines.AddRange(Bytes.Text(buffer.AsSpan(0, length)).Split('\n', StringSplitOptions.RemoveEmptyEntries));
            }

            return lines;
        }
    }
}
