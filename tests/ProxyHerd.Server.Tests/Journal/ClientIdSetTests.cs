using System.Text;
using ProxyHerd.Server.Journal;
using Xunit;

namespace ProxyHerd.Server.Tests.Journal;

public sealed class ClientIdSetTests
{
    [Fact]
    public void Holds_What_A_Set_Of_Strings_Holds()
    {
        var random = new Random(11);
        var set = new ClientIdSet();
        var expected = new HashSet<string>();
        for (var i = 0; i < 200_000; i++)
        {
            // Prefixes of one another, often met again, some as long as a line allows.
            var id = new string('c', random.Next(200) == 0 ? random.Next(4096) : random.Next(4)) + random.Next(1, 50_000);
            var bytes = Encoding.UTF8.GetBytes(id);
            Assert.Equal(expected.Contains(id), set.Contains(bytes));
            Assert.Equal(expected.Add(id), set.Add(bytes));
        }

        Assert.Equal(expected.Count, set.Count);
        Assert.All(expected, id => Assert.True(set.Contains(Encoding.UTF8.GetBytes(id))));
    }

    [Fact]
    public void An_Empty_One_Has_Nothing() => Assert.False(new ClientIdSet().Contains("a"u8));
}
