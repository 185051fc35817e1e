namespace ProxyHerd.Protocol;

/// <summary>What a HERD line says.</summary>
public enum HerdKind
{
    /// <summary><c>HERD HELLO 1 Alford Parker boot durability nonce [proof]</c>: who speaks to whom.</summary>
    Hello,

    /// <summary><c>HERD PROVE proof</c>: that the dialler knows the secret.</summary>
    Prove,

    /// <summary><c>HERD HAVE boot seq</c>: the listener's last committed position in the dialler's feed; <c>- 0</c> if none.</summary>
    Have,

    /// <summary><c>HERD FROM boot seq</c>: where the dialler starts.</summary>
    From,

    /// <summary><c>HERD MARK boot seq</c>: all up to here has been sent.</summary>
    Mark,

    /// <summary><c>HERD ACK boot seq</c>: the commit that holds this position is done.</summary>
    Ack,

    /// <summary><c>HERD PING posix-time</c></summary>
    Ping,

    /// <summary><c>HERD PONG posix-time posix-time</c>: the ping's time and the answerer's.</summary>
    Pong,

    /// <summary><c>HERD DIGEST level index hash…</c>: hashes of the children of one node of the digest tree.</summary>
    Digest,

    /// <summary><c>HERD WANT bucket…</c>: buckets that differ.</summary>
    Want,

    /// <summary><c>HERD BYE reason</c>: the speaker closes.</summary>
    Bye,
}
