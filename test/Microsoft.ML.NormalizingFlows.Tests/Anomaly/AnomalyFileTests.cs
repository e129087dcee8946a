using Microsoft.ML.NormalizingFlows.Anomaly;
using Microsoft.ML.NormalizingFlows.Density;
using Microsoft.ML.NormalizingFlows.Tests.DataView;

namespace Microsoft.ML.NormalizingFlows.Tests.Anomaly;

public class AnomalyFileTests
{
    private static readonly AnomalyFile s_file = new(
        new FlowFile(Fake.AllColumns, Fake.Model),
        new AnomalyColumns("Score", "Label", null, "Why", null),
        AnomalyJudge.Of(AnomalyScore.Typicality, [-3, -5, -1], 0.5),
        new UsualValues(2, [.. Enumerable.Range(0, 32).Select(i => (float)i)]));

    [Fact]
    public void What_is_written_is_read()
    {
        var read = Read(Bytes());
        Assert.Equal(s_file.Columns, read.Columns);
        Assert.Equal(s_file.Judge with { HeldOut = read.Judge.HeldOut }, read.Judge);
        Assert.Equal(s_file.Judge.HeldOut.Descending, read.Judge.HeldOut.Descending);
        Assert.Equal(s_file.Usual.Values, read.Usual.Values);
    }

    [Fact]
    public void No_byte_can_be_changed_unnoticed()
    {
        byte[] bytes = Bytes();
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            Assert.Throws<FormatException>(() => Read(bytes));
            bytes[i] ^= 1;
        }
    }

    [Fact]
    public void A_file_that_is_cut_off_is_refused()
    {
        byte[] bytes = Bytes();
        for (int length = 0; length < bytes.Length; length += 7)
            Assert.Throws<FormatException>(() => Read(bytes[..length]));
    }

    [Theory]
    [InlineData(1e300)]
    [InlineData(-1e38)]
    [InlineData(double.NaN)]
    public void A_usual_score_that_leaves_no_room_for_others_is_refused(double usual)
    {
        byte[] bytes = Bytes(s_file with { Judge = s_file.Judge with { MeanNegativeLogLikelihood = usual } });
        Assert.Contains("is no number that it can be", Assert.Throws<FormatException>(() => Read(bytes)).Message, StringComparison.Ordinal);
    }

    private static byte[] Bytes(AnomalyFile? file = null)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        (file ?? s_file).Write(writer);
        return stream.ToArray();
    }

    private static AnomalyFile Read(byte[] bytes) => AnomalyFile.Read(new BinaryReader(new MemoryStream(bytes)));
}
