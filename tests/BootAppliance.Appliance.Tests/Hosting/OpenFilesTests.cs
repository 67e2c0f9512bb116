using BootAppliance.Hosting;

namespace BootAppliance.Tests;

public sealed class OpenFilesTests
{
    [Theory]
    [InlineData(1023, false)]
    [InlineData(1024, true)]
    [InlineData(int.MaxValue, true)]
    public void Limit_MustLetTheApplianceStart(int limit, bool isEnough) => (new OpenFiles(limit).FindProblem() is null).ShouldBe(isEnough);

    [Theory]
    [InlineData(1024, 51, 25, 128)]
    [InlineData(4096, 204, 198, 992)]
    [InlineData(20_000, 1000, 1093, 5465)]
    [InlineData(524_288, 1000, 16_384, 20_000)]
    [InlineData(int.MaxValue, 1000, 16_384, 20_000)]
    public void Shares_LeaveTheRuntimeItsOwn(int limit, int api, int tftp, int machines)
    {
        var files = new OpenFiles(limit);
        (files.ApiConnections, files.TftpFiles, files.MachineConnections).ShouldBe((api, tftp, machines));
        ((2L * api) + tftp + (3L * machines)).ShouldBeLessThanOrEqualTo(limit - 512);
    }

    [Fact]
    public void FewFiles_AreSaid_WithTheConnectionsThatTheyAllow()
    {
        new OpenFiles(4096).AreFew.ShouldBeTrue();
        new OpenFiles(4200).AreFew.ShouldBeFalse();
        new OpenFiles(4096).Summary.ShouldBe("4096 may be open (ulimit -Hn): enough for 992 HTTP connections of machines at a time");
        new OpenFiles(512).FindProblem().ShouldBe("this process may have 512 files open, and needs 1024: raise it with 'ulimit -Hn', with LimitNOFILE= in the unit of systemd, or with --ulimit nofile= of the container.");
    }
}
