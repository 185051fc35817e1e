using System.Threading.Tasks.Sources;

namespace ProxyHerd.Server.Journal;

/// <summary>
/// A thread that does one piece of work at a time and completes a task for it. Whoever awaits the task goes on here, so a
/// loop that awaits one piece after another stays on this thread, without a switch between them and without an allocation.
/// </summary>
internal sealed class JournalThread : IValueTaskSource
{
    private readonly JournalPlace _place;
    private readonly Action<JournalWork> _run;
    private readonly Func<Exception, Exception> _fail;
    private readonly Thread _thread;
    private readonly object _lock = new();
    private ManualResetValueTaskSourceCore<bool> _done;
    private JournalWork _work;
    private Exception? _fault;
    private bool _hasWork;
    private bool _isBusy;
    private bool _isStopped;

    /// <param name="place">Whose it is.</param>
    /// <param name="run">Does a piece of work.</param>
    /// <param name="fail">Says what its exception means for whoever waits; nothing is run after the first.</param>
    public JournalThread(JournalPlace place, Action<JournalWork> run, Func<Exception, Exception> fail)
    {
        _place = place;
        _run = run;
        _fail = fail;
        _thread = new Thread(Loop) { Name = $"Journal {place.Server}", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Does a piece of work; one call at a time.</summary>
    /// <exception cref="JournalClosedException">The thread is stopped.</exception>
    /// <exception cref="InvalidOperationException">The piece before is not done.</exception>
    public ValueTask RunAsync(JournalWork work)
    {
        lock (_lock)
        {
            if (_fault is not null)
                return ValueTask.FromException(_fault);
            if (_isStopped)
                return ValueTask.FromException(new JournalClosedException(_place));
            if (_isBusy)
                throw new InvalidOperationException("One write at a time.");
            _done.Reset();
            _work = work;
            _hasWork = _isBusy = true;
            Monitor.Pulse(_lock);
            return new ValueTask(this, _done.Version);
        }
    }

    /// <summary>Returns once the piece that runs is done, what awaits it has gone on as far as it does at once, and the thread has ended.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _isStopped = true;
            Monitor.Pulse(_lock);
        }

        if (_thread != Thread.CurrentThread)
            _thread.Join();
    }

    /// <inheritdoc/>
    void IValueTaskSource.GetResult(short token) => _done.GetResult(token);

    /// <inheritdoc/>
    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _done.GetStatus(token);

    /// <inheritdoc/>
    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _done.OnCompleted(continuation, state, token, flags);

    private void Loop()
    {
        while (Next() is { } work)
        {
            Exception? fault = null;
            try
            {
                _run(work);
            }
            catch (Exception exception)
            {
                // Whatever it was, what is on disk is not known: nothing that waits may be answered.
                fault = _fail(exception);
            }

            Complete(fault);
        }
    }

    private JournalWork? Next()
    {
        lock (_lock)
        {
            while (!_hasWork && !_isStopped)
                Monitor.Wait(_lock);
            _hasWork = false;
            return _isBusy ? _work : null;
        }
    }

    private void Complete(Exception? fault)
    {
        lock (_lock)
        {
            // Before the result: what goes on from here may bring the next piece.
            _isBusy = false;
            _fault = fault;
        }

        if (fault is null)
            _done.SetResult(true);
        else
            _done.SetException(fault);
    }
}
