using System.Net;
using System.Text.Json;

namespace BootAppliance.Nodes.Tests;

public class NodeJsonTests
{
    private const string NodeText =
        """
        {
          "uuid": "11111111-1111-4111-8111-111111111111",
          "name": "bm-01",
          "driver": "redfish",
          "provision_state": "wait call-back",
          "target_provision_state": "active",
          "provision_updated_at": "2026-11-22T10:20:10.819154+00:00",
          "power_state": "power on",
          "instance_info": { "kernel": "http://192.0.2.1/vmlinuz" },
          "driver_info": { "redfish_address": "https://192.0.2.11" },
          "driver_internal_info": {},
          "properties": { "cpu_arch": "x86_64", "cpus": 4 },
          "extra": { "rack": "r1" },
          "instance_uuid": "22222222-1111-4111-8111-111111111111",
          "interfaces": { "deploy": "direct", "boot": "http-ipxe" },
          "maintenance": true,
          "maintenance_reason": "new disk",
          "protected": true,
          "protected_reason": "database",
          "last_error": "it broke",
          "created_at": "2026-11-22T10:04:12+00:00",
          "updated_at": "2026-11-22T10:05:12+00:00",
          "ports": [
            {
              "uuid": "33333333-1111-4111-8111-111111111111",
              "address": "52:54:00:aa:00:01",
              "pxe_enabled": false,
              "extra": { "switch": "s1" },
              "created_at": "2026-11-22T10:04:13+00:00"
            }
          ]
        }
        """;

    [Fact]
    public void ReadNode_TakesEveryField()
    {
        var node = NodeJson.ReadNode(NodeText);

        node.ShouldBe(new Node
        {
            Uuid = Guid.Parse("11111111-1111-4111-8111-111111111111"),
            Name = "bm-01",
            Driver = "redfish",
            ProvisionState = ProvisionState.DeployWait,
            TargetProvisionState = ProvisionState.Active,
            ProvisionUpdatedAt = new DateTimeOffset(2026, 11, 22, 10, 20, 10, 819, 154, TimeSpan.Zero),
            PowerState = PowerState.On,
            InstanceInfo = JsonFields.Parse("""{"kernel": "http://192.0.2.1/vmlinuz"}"""),
            DriverInfo = JsonFields.Parse("""{"redfish_address": "https://192.0.2.11"}"""),
            Properties = JsonFields.Parse("""{"cpu_arch": "x86_64", "cpus": 4}"""),
            Extra = JsonFields.Parse("""{"rack": "r1"}"""),
            InstanceUuid = Guid.Parse("22222222-1111-4111-8111-111111111111"),
            Interfaces = new() { Deploy = "direct", Boot = "http-ipxe" },
            Maintenance = true,
            MaintenanceReason = "new disk",
            Protected = true,
            ProtectedReason = "database",
            LastError = "it broke",
            CreatedAt = new DateTimeOffset(2026, 11, 22, 10, 4, 12, TimeSpan.Zero),
            UpdatedAt = new DateTimeOffset(2026, 11, 22, 10, 5, 12, TimeSpan.Zero),
            Ports = node.Ports,
        });
        node.Ports.ShouldHaveSingleItem().ShouldBe(new Port
        {
            Uuid = Guid.Parse("33333333-1111-4111-8111-111111111111"),
            Address = Address("52:54:00:aa:00:01"),
            PxeEnabled = false,
            Extra = JsonFields.Parse("""{"switch": "s1"}"""),
            CreatedAt = new DateTimeOffset(2026, 11, 22, 10, 4, 13, TimeSpan.Zero),
        });
    }

    [Fact]
    public void Write_GivesTheFieldsThatWereRead() => Contains(JsonElement.Parse(NodeJson.Write(NodeJson.ReadNode(NodeText))), JsonElement.Parse(NodeText));

    [Fact]
    public void Write_KeepsFields_OfANewerVersion()
    {
        var newer = """{"name": "bm-01", "slot": {"of": 7}, "ports": [{"address": "52:54:00:aa:00:01", "wire": "p1"}]}""";

        var written = JsonElement.Parse(NodeJson.Write(NodeJson.ReadNode(newer) with { Name = "bm-02" }));

        written.GetProperty("name").GetString().ShouldBe("bm-02");
        written.GetProperty("slot").GetRawText().ShouldBe("""{"of":7}""");
        written.GetProperty("ports")[0].GetProperty("wire").GetString().ShouldBe("p1");
    }

    [Theory]
    [InlineData("null", "null")]
    [InlineData("""{"provision_state": "waiting"}""", "\"waiting\" is no provision state")]
    [InlineData("""{"ports": [{"address": "52:54"}]}""", "\"52:54\" is no MAC address")]
    [InlineData("""{"ports": [{}]}""", "address")]
    [InlineData("""{"extra": []}""", "object is expected")]
    public void ReadNode_NamesWhatIsWrong(string json, string reason) =>
        Should.Throw<JsonException>(() => NodeJson.ReadNode(json)).Message.ShouldContain(reason);

    [Fact]
    public void Write_GivesAnEvent_WithStableWords()
    {
        var json = NodeJson.Write(new MachineEvent
        {
            Sequence = 7,
            Time = new DateTimeOffset(2030, 1, 1, 0, 0, 1, TimeSpan.Zero),
            Kind = MachineEventKind.ScriptServed,
            Text = "The script was served.",
            Mac = Address("52:54:00:aa:00:01"),
            NodeUuid = Guid.Parse("11111111-1111-4111-8111-111111111111"),
            Address = IPAddress.Parse("192.0.2.10"),
            Stage = BootStage.Ipxe,
            Client = "iPXE 1.21.1",
            File = "boot.ipxe",
            Bytes = 512,
            Duration = TimeSpan.FromMilliseconds(1500),
            State = ProvisionState.Active,
        });

        JsonElement.DeepEquals(JsonElement.Parse(json), JsonElement.Parse(
            """
            {
              "sequence": 7, "time": "2030-01-01T00:00:01+00:00", "kind": "script-served", "text": "The script was served.", "mac": "52:54:00:aa:00:01",
              "node_uuid": "11111111-1111-4111-8111-111111111111", "address": "192.0.2.10", "stage": "ipxe", "client": "iPXE 1.21.1", "file": "boot.ipxe", "bytes": 512,
              "duration": "00:00:01.5000000", "state": "active"
            }
            """)).ShouldBeTrue(json);
    }

    [Fact]
    public void Kinds_AreWrittenAsTheyAreNamed()
    {
        foreach (var kind in Enum.GetValues<MachineEventKind>())
        {
            var json = NodeJson.Write(new MachineEvent { Kind = kind, Text = "" });
            JsonElement.Parse(json).GetProperty("kind").GetString().ShouldBe(kind.ToApiString());
        }
    }

    private static MacAddress Address(string text)
    {
        MacAddress.TryParse(text, out var address).ShouldBeTrue();
        return address;
    }

    private static void Contains(JsonElement whole, JsonElement part)
    {
        switch (part.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in part.EnumerateObject()) Contains(whole.GetProperty(member.Name), member.Value);
                break;
            case JsonValueKind.Array:
                foreach (var (index, item) in part.EnumerateArray().Index()) Contains(whole[index], item);
                break;
            default:
                JsonElement.DeepEquals(whole, part).ShouldBeTrue(part.GetRawText());
                break;
        }
    }
}
