using CsCheck;

namespace ProxyHerd.Herd.Tests.Locations;

/// <summary>AT lines that often tie: of any two, well over a third have equal times, and equal skews.</summary>
internal static class UpdateLines
{
    public static readonly Gen<string> OfOneClient = OfClients(1);

    public static Gen<string> OfClients(int clients) => Gen.Select(
        Server, Skew, Gen.Int[0, clients - 1], Position, Time).Select(
        (server, skew, client, position, time) => $"AT {server} {skew} client{client} {position} {time}");

    private static Gen<string> Server => Gen.OneOf("Alford", "Bolden", "B", "Alfor\xFF");

    // 5e-05 and +0.000050000 are one skew, and so is what is finer than a nanosecond.
    private static Gen<string> Skew => Gen.Frequency(
        (3, Gen.OneOf("5e-05", "+0.000050000", "0.00005", "+0.0000500001")),
        (1, Gen.OneOf("-0.000050000", "+0.000050001", "+0.000049999", "0")),
        (1, Gen.Int[-3, 3].Select(seconds => $"{seconds}")));

    private static Gen<string> Position => Gen.OneOf("+1+1", "+1.0+1", "-1+1", "+34.068930-118.445127");

    // 7, 7.0 and 07.000 are one time.
    private static Gen<string> Time => Gen.Frequency(
        (3, Gen.OneOf("7", "7.0", "07.000")),
        (1, Gen.OneOf("7.000000001", "6.999999999", "1400794645.392014450")),
        (1, Gen.Int[5, 9].Select(seconds => $"{seconds}")));
}
