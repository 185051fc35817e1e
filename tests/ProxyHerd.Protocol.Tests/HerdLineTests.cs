using Xunit;

namespace ProxyHerd.Protocol.Tests;

public sealed class HerdLineTests
{
    private const string Boot = Samples.Boot;
    private const string Nonce = Samples.Nonce;
    private const string Proof = Samples.Proof;

    [Theory]
    [MemberData(nameof(Samples.EachOfLinks), MemberType = typeof(Samples))]
    public void TryParse_SampleWithAnySeparators_IsTaken(string sample)
    {
        Assert.True(HerdLine.TryParse(Bytes.Of(sample), out var plain));
        var spread = " \t" + sample.Replace(" ", "\v\f \r\t", StringComparison.Ordinal) + "\r \f";
        Assert.True(HerdLine.TryParse(Bytes.Of(spread), out var herd));
        Assert.Equal(plain.Kind, herd.Kind);
        Assert.Equal(sample + "\n", HerdText.Of(herd));
    }

    [Theory]
    [InlineData($"HERD HELLO 1 Alford Parker {Boot} Disk {Nonce}", "Disk", "")]
    [InlineData($"HERD HELLO 1 Alford Parker {Boot} DiskAndNeighbour {Nonce} {Proof}", "DiskAndNeighbour", Proof)]
    public void TryParse_Hello_GivesWhoSpeaksToWhom(string line, string durability, string proof)
    {
        Assert.True(HerdLine.TryParse(Bytes.Of(line), out var herd));
        Assert.Equal(HerdKind.Hello, herd.Kind);
        Assert.Equal("Alford", Bytes.Text(herd.Speaker));
        Assert.Equal("Parker", Bytes.Text(herd.Hearer));
        Assert.Equal(0x00c0ffee00c0ffeeUL, herd.Boot);
        Assert.Equal(durability, Bytes.Text(herd.Durability));
        Assert.Equal(Nonce, Bytes.Text(herd.Nonce));
        Assert.Equal(proof, Bytes.Text(herd.Proof));
    }

    [Theory]
    [InlineData("HERD HAVE 0000000000000000 0", HerdKind.Have, 0UL, 0)]
    [InlineData("HERD HAVE - 0", HerdKind.Have, null, 0)]
    [InlineData("HERD HAVE - 000", HerdKind.Have, null, 0)]
    [InlineData("HERD FROM ffffffffffffffff 1", HerdKind.From, ulong.MaxValue, 1)]
    [InlineData("HERD MARK 8000000000000000 0000000000000000017", HerdKind.Mark, 1UL << 63, 17)]
    [InlineData("HERD ACK 0000000000000001 9223372036854775807", HerdKind.Ack, 1UL, long.MaxValue)]
    public void TryParse_Position_GivesBootAndSequence(string line, HerdKind kind, ulong? boot, long sequence)
    {
        Assert.True(HerdLine.TryParse(Bytes.Of(line), out var herd));
        Assert.Equal(kind, herd.Kind);
        Assert.Equal(boot, herd.Boot);
        Assert.Equal(sequence, herd.Sequence);
    }

    [Fact]
    public void TryParse_PingAndPong_GiveExactTimes()
    {
        Assert.True(HerdLine.TryParse("HERD PING 1.000000001"u8, out var ping));
        Assert.Equal((HerdKind.Ping, 1_000_000_001), (ping.Kind, ping.PingNanoseconds));
        Assert.True(HerdLine.TryParse("HERD PONG 1.000000001 9223372035.999999999"u8, out var pong));
        Assert.Equal((HerdKind.Pong, 1_000_000_001), (pong.Kind, pong.PingNanoseconds));
        Assert.Equal(9_223_372_035_999_999_999, pong.PongNanoseconds);
    }

    [Theory]
    [InlineData($"HERD DIGEST 0 0 {Boot}", 0, 0, 1)]
    [InlineData($"HERD DIGEST 1 255 {Boot} {Boot} {Boot}", 1, 255, 3)]
    [InlineData($"HERD DIGEST 1 7 \t{Boot}\v{Boot} ", 1, 7, 2)]
    public void TryReadHash_Digest_GivesEachAndThenNoMore(string line, int level, int index, int count)
    {
        Assert.True(HerdLine.TryParse(Bytes.Of(line), out var herd));
        Assert.Equal((HerdKind.Digest, level, index), (herd.Kind, herd.Level, herd.Index));
        var rest = herd.Rest;
        for (var read = 0; read < count; read++)
        {
            Assert.True(HerdLine.TryReadHash(ref rest, out var hash));
            Assert.Equal(0x00c0ffee00c0ffeeUL, hash);
        }

        Assert.False(HerdLine.TryReadHash(ref rest, out _));
    }

    [Theory]
    [InlineData("HERD WANT 0", 0)]
    [InlineData("HERD WANT 65535 00001\t2 ", 65535, 1, 2)]
    [InlineData("HERD WANT 5 5", 5, 5)]
    public void TryReadBucket_Want_GivesEachAndThenNoMore(string line, params int[] buckets)
    {
        Assert.True(HerdLine.TryParse(Bytes.Of(line), out var herd));
        Assert.Equal(HerdKind.Want, herd.Kind);
        var rest = herd.Rest;
        foreach (var expected in buckets)
        {
            Assert.True(HerdLine.TryReadBucket(ref rest, out var bucket));
            Assert.Equal(expected, bucket);
        }

        Assert.False(HerdLine.TryReadBucket(ref rest, out _));
    }

    [Theory]
    [InlineData("HERD BYE replaced", "replaced")]
    [InlineData("HERD BYE full", "full")]
    [InlineData("HERD BYE \u00FF", "\u00FF")]
    public void TryParse_Bye_GivesTheReason(string line, string reason)
    {
        Assert.True(HerdLine.TryParse(Bytes.Of(line), out var herd));
        Assert.Equal(HerdKind.Bye, herd.Kind);
        Assert.Equal(reason, Bytes.Text(herd.Reason));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HERD")]
    [InlineData("HERD ")]
    [InlineData("herd MARK " + Boot + " 1")]
    [InlineData("HERD mark " + Boot + " 1")]
    [InlineData("HERD NOPE")]
    [InlineData("HERD\u00C2\u00A0MARK " + Boot + " 1")]
    [InlineData("HERDMARK " + Boot + " 1")]
    [InlineData("MARK " + Boot + " 1")]
    [InlineData("AT MARK " + Boot + " 1")]
    [InlineData("HERD HELLO")]
    [InlineData($"HERD HELLO 2 A B {Boot} Disk {Nonce}")]
    [InlineData($"HERD HELLO 01 A B {Boot} Disk {Nonce}")]
    [InlineData($"HERD HELLO A B {Boot} Disk {Nonce}")]
    [InlineData($"HERD HELLO 1 A B {Boot} Disk")]
    [InlineData($"HERD HELLO 1 A B {Boot} {Nonce}")]
    [InlineData($"HERD HELLO 1 A {Boot} Disk {Nonce}")]
    [InlineData($"HERD HELLO 1 A B - Disk {Nonce}")]
    [InlineData($"HERD HELLO 1 A B c0ffee Disk {Nonce}")]
    [InlineData($"HERD HELLO 1 A B 00C0FFEE00C0FFEE Disk {Nonce}")]
    [InlineData($"HERD HELLO 1 A B {Boot}0 Disk {Nonce}")]
    [InlineData($"HERD HELLO 1 A B {Boot} Disk {Nonce}0")]
    [InlineData($"HERD HELLO 1 A B {Boot} Disk {Nonce}00")]
    [InlineData($"HERD HELLO 1 A B {Boot} Disk {Boot}")]
    [InlineData($"HERD HELLO 1 A B {Boot} Disk {Nonce} {Nonce}")]
    [InlineData($"HERD HELLO 1 A B {Boot} Disk {Nonce} {Proof}00")]
    [InlineData($"HERD HELLO 1 A B {Boot} Disk {Nonce} {Proof} 1")]
    [InlineData($"HERD HELLO 1 A\u007F B {Boot} Disk {Nonce}")]
    [InlineData($"HERD HELLO 1 A B\u0001 {Boot} Disk {Nonce}")]
    [InlineData($"HERD HELLO 1 A B {Boot} Disk\u0001 {Nonce}")]
    [InlineData($"HERD HELLO 1 A B {Boot} Disk 0x0102030405060708090a0b0c0d0e0f")]
    [InlineData("HERD PROVE")]
    [InlineData($"HERD PROVE {Nonce}")]
    [InlineData($"HERD PROVE {Proof}0")]
    [InlineData($"HERD PROVE {Proof} {Proof}")]
    [InlineData("HERD PROVE 000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F")]
    [InlineData("HERD PROVE 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1g")]
    [InlineData("HERD HAVE")]
    [InlineData("HERD HAVE -")]
    [InlineData("HERD HAVE - 1")]
    [InlineData("HERD HAVE -- 0")]
    [InlineData("HERD HAVE 0 0")]
    [InlineData("HERD HAVE - 0 0")]
    [InlineData($"HERD HAVE {Boot}")]
    [InlineData("HERD FROM - 0")]
    [InlineData("HERD MARK - 0")]
    [InlineData("HERD ACK - 0")]
    [InlineData("HERD MARK 17")]
    [InlineData($"HERD MARK {Boot}")]
    [InlineData($"HERD MARK 17 {Boot}")]
    [InlineData($"HERD MARK {Boot} -1")]
    [InlineData($"HERD MARK {Boot} +1")]
    [InlineData($"HERD MARK {Boot} 1.0")]
    [InlineData($"HERD MARK {Boot} 1e3")]
    [InlineData($"HERD MARK {Boot} a")]
    [InlineData($"HERD MARK {Boot} 1\0")]
    [InlineData($"HERD MARK {Boot} 1 1")]
    [InlineData($"HERD MARK {Boot} 9223372036854775808")]
    [InlineData($"HERD MARK {Boot} 18446744073709551617")]
    [InlineData($"HERD MARK {Boot} 00000000000000000001")]
    [InlineData("HERD MARK 0x0000000000000f 1")]
    [InlineData("HERD MARK 00c0ffee00c0ffe 1")]
    [InlineData("HERD MARK 00c0ffee00c0ffeg 1")]
    [InlineData("HERD MARK +0c0ffee00c0ffee 1")]
    [InlineData("HERD PING")]
    [InlineData("HERD PING -1")]
    [InlineData("HERD PING 1 1")]
    [InlineData("HERD PING 9223372036")]
    [InlineData("HERD PONG 1")]
    [InlineData("HERD PONG 1 x")]
    [InlineData("HERD PONG x 1")]
    [InlineData("HERD PONG 1 1 1")]
    [InlineData("HERD DIGEST")]
    [InlineData("HERD DIGEST 0")]
    [InlineData("HERD DIGEST 0 0")]
    [InlineData($"HERD DIGEST {Boot}")]
    [InlineData($"HERD DIGEST 0 {Boot}")]
    [InlineData($"HERD DIGEST 2 0 {Boot}")]
    [InlineData($"HERD DIGEST 4294967296 0 {Boot}")]
    [InlineData($"HERD DIGEST 1 256 {Boot}")]
    [InlineData($"HERD DIGEST 1 4294967296 {Boot}")]
    [InlineData($"HERD DIGEST -1 0 {Boot}")]
    [InlineData($"HERD DIGEST 1 0 {Boot} c0ffee")]
    [InlineData($"HERD DIGEST 1 0 {Boot}{Boot}")]
    [InlineData($"HERD DIGEST 1 0 {Boot} 1 {Boot}")]
    [InlineData("HERD WANT")]
    [InlineData("HERD WANT -1")]
    [InlineData("HERD WANT 65536")]
    [InlineData("HERD WANT 1,2")]
    [InlineData("HERD WANT 1 2 x")]
    [InlineData("HERD WANT 4294967297")]
    [InlineData("HERD BYE")]
    [InlineData("HERD BYE not now")]
    [InlineData("HERD BYE \u007F")]
    [InlineData("HERD BYE a\0")]
    public void TryParse_Invalid_IsRefused(string line) => Assert.False(HerdLine.TryParse(Bytes.Of(line), out _));

    [Theory]
    [InlineData(1, true)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void TryParse_NamesAndReason_AreAtMost64(int length, bool isValid)
    {
        var name = new string('\u00E9', length);
        foreach (var line in new[]
            {
                $"HERD BYE {name}",
                $"HERD HELLO 1 {name} B {Boot} Disk {Nonce}",
                $"HERD HELLO 1 A {name} {Boot} Disk {Nonce}",
                $"HERD HELLO 1 A B {Boot} {name} {Nonce}",
            })
            Assert.Equal(isValid, HerdLine.TryParse(Bytes.Of(line), out _));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(255, true)]
    [InlineData(256, true)]
    [InlineData(257, false)]
    [InlineData(400, false)]
    public void TryParse_HashesAndBuckets_AreAtMost256(int count, bool isValid)
    {
        var digest = "HERD DIGEST 1 255" + string.Concat(Enumerable.Repeat(" ffffffffffffffff", count));
        var want = "HERD WANT" + string.Concat(Enumerable.Repeat(" 65535", count));
        Assert.Equal(isValid, HerdLine.TryParse(Bytes.Of(digest), out _));
        Assert.Equal(isValid, HerdLine.TryParse(Bytes.Of(want), out _));
        Assert.True(!isValid || Math.Max(digest.Length, want.Length) <= HerdLine.BytesMax);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("c0ffee")]
    [InlineData("00C0FFEE00C0FFEE")]
    [InlineData(Boot + "0")]
    [InlineData("x " + Boot)]
    public void TryReadHash_Invalid_IsRefused(string text)
    {
        ReadOnlySpan<byte> rest = Bytes.Of(text);
        Assert.False(HerdLine.TryReadHash(ref rest, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData("x 1")]
    [InlineData("9223372036854775808")]
    public void TryReadBucket_Invalid_IsRefused(string text)
    {
        ReadOnlySpan<byte> rest = Bytes.Of(text);
        Assert.False(HerdLine.TryReadBucket(ref rest, out _));
    }
}
