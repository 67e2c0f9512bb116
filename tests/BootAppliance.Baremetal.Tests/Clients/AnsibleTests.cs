using BootAppliance.Lab.Ansible;

namespace BootAppliance.Baremetal.Tests.Clients;

/// <summary>Ansible's modules for bare metal, from the collection openstack.cloud: the playbook <c>ansible.yml</c> checks what each of them registers.</summary>
public class AnsibleTests
{
    [Fact]
    public async Task Node_IsTakenThroughItsLife_WithAnsiblesModules()
    {
        var obstacle = AnsiblePlaybook.FindObstacle();
        Assert.SkipUnless(obstacle is null, $"Ansible {obstacle}");
        await using var appliance = await RunningAppliance.StartAsync(TestContext.Current.CancellationToken);

        await Should.NotThrowAsync(AnsiblePlaybook.Play(Path.Combine(AppContext.BaseDirectory, "Clients", "ansible.yml"), appliance.Root, TestContext.Current.CancellationToken));
    }
}
