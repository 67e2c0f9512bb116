using System.Text.Json;

namespace BootAppliance.Nodes.Tests;

public class JsonFieldsTests
{
    private static readonly JsonFields fields = JsonFields.Parse("""{"kernel": "http://192.0.2.1/vmlinuz", "ramdisks": ["a", 7, "b"], "cpus": 4}""");

    [Fact]
    public void Text_IsNull_WhenTheFieldIsNoText()
    {
        fields.Text("kernel").ShouldBe("http://192.0.2.1/vmlinuz");
        fields.Text("cpus").ShouldBeNull();
        fields.Text("nosuch").ShouldBeNull();
    }

    [Fact]
    public void Texts_TakesOneTextOrAList()
    {
        fields.Texts("ramdisks").ShouldBe(["a", "b"]);
        fields.Texts("kernel").ShouldBe(["http://192.0.2.1/vmlinuz"]);
        fields.Texts("cpus").ShouldBeEmpty();
        fields.Texts("nosuch").ShouldBeEmpty();
    }

    [Fact]
    public void With_LeavesTheOriginalAsItWas()
    {
        var changed = fields.With("kernel", "other").With("ramdisks", ["c"]).Without("cpus");

        changed.ToString().ShouldBe("""{"kernel":"other","ramdisks":["c"]}""");
        fields.Text("kernel").ShouldBe("http://192.0.2.1/vmlinuz");
        fields.Count.ShouldBe(3);
    }

    [Fact]
    public void Equality_IsThatOfTheValues_WhateverTheirOrder()
    {
        JsonFields.Parse("""{"a": 1, "b": [2]}""").ShouldBe(JsonFields.Parse("""{"b":[2],"a":1}"""));
        JsonFields.Parse("""{"a": 1}""").ShouldNotBe(JsonFields.Parse("""{"a": "1"}"""));
    }

    [Fact]
    public void From_OutlivesTheDocumentThatItWasReadFrom()
    {
        JsonFields taken;
        using (var document = JsonDocument.Parse("""{"rack": "r1"}""")) taken = JsonFields.From(document.RootElement);
        taken.Text("rack").ShouldBe("r1");
    }
}
