using Microsoft.ML.Runtime;

namespace Microsoft.ML.NormalizingFlows.Tests.Offline;

/// <summary>Messages, settings and hosts of a context.</summary>
public sealed class MLLogTests
{
    [Fact]
    public void Messages_of_a_channel_arrive_with_their_source()
    {
        var ml = new MLContext();
        var messages = new List<LoggingEventArgs>();
        ml.Log += (_, message) => messages.Add(message);
        using (var channel = ((IHostEnvironment)ml).Register("Flow").Start("Training"))
        {
            channel.Info(MessageSensitivity.None, "{0} of {1}", 1, 2);
            channel.Warning(MessageSensitivity.None, "careful");
        }
        Assert.Equal(
            [ChannelMessageKind.Trace, ChannelMessageKind.Info, ChannelMessageKind.Warning, ChannelMessageKind.Trace, ChannelMessageKind.Trace],
            messages.Select(message => message.Kind));
        Assert.Equal("[Source=Flow; Training, Kind=Info] 1 of 2", messages[1].Message);
        Assert.Equal("careful", messages[2].RawMessage);
        Assert.Equal("Flow; Training", messages[2].Source);
        Assert.Equal("Channel started", messages[0].RawMessage);
    }

    [Fact]
    public void A_host_draws_its_numbers_from_its_seed()
    {
        var host = ((IHostEnvironment)new MLContext()).Register("Flow", seed: 5);
        Assert.Equal([912, 220, 87, 712], Enumerable.Range(0, 4).Select(_ => host.Rand.Next(1000)));
    }

    [Fact]
    public void Settings_of_the_device_start_without_one()
    {
        var ml = new MLContext();
        Assert.Null(ml.GpuDeviceId);
        Assert.False(ml.FallbackToCpu);
        ml.GpuDeviceId = 1;
        ml.FallbackToCpu = true;
        Assert.Equal((1, true), (ml.GpuDeviceId, ml.FallbackToCpu));
    }
}
