namespace BootAppliance.Nodes.Tests;

public class NodeRegistryTests
{
    [Fact]
    public async Task Find_TakesUuidNameAndEveryMac()
    {
        await using var rig = new RegistryRig();
        var node = await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1, 2));

        rig.Nodes.Find(node.Uuid.ToString()).ShouldBe(node);
        rig.Nodes.Find("BM-01").ShouldBe(node);
        rig.Nodes.Find("52:54:00:00:00:01").ShouldBe(node);
        rig.Nodes.Find("52-54-00-00-00-02").ShouldBe(node);
        rig.Nodes.Find("bm-02").ShouldBeNull();
        Should.Throw<NodeException>(() => rig.Nodes.Get("bm-02")).Message.ShouldBe("Node bm-02 could not be found.");
    }

    [Fact]
    public async Task Add_IsSeenByNobody_BeforeItIsDurable()
    {
        var release = new TaskCompletionSource();
        await using var rig = new RegistryRig(new MemoryStore { BeforeWrite = () => release.Task });
        await using var reader = rig.Events.WatchAsync(0).GetAsyncEnumerator(TestContext.Current.CancellationToken);

        var adding = rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1));
        var told = reader.MoveNextAsync();

        adding.IsCompleted.ShouldBeFalse();
        rig.Nodes.FindByMac(RegistryRig.Mac(1)).ShouldBeNull();
        rig.Nodes.FindByName("bm-01").ShouldBeNull();
        rig.Nodes.All.ShouldBeEmpty();
        told.IsCompleted.ShouldBeFalse();

        release.SetResult();
        var node = await adding;
        rig.Nodes.FindByMac(RegistryRig.Mac(1)).ShouldBe(node);
        (await told).ShouldBeTrue();
        (reader.Current.Kind, reader.Current.NodeUuid).ShouldBe((MachineEventKind.NodeAdded, node.Uuid));
    }

    [Fact]
    public async Task Update_KeepsTheOldNode_WhenItCannotBeMadeDurable()
    {
        await using var rig = new RegistryRig();
        var node = await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1));
        var before = rig.Events.Query(new EventQuery()).Count;
        rig.Store.BeforeWrite = () => throw new IOException("disk full");

        await Should.ThrowAsync<IOException>(() => rig.Nodes.UpdateAsync(node.Uuid, n => n with { Name = "bm-02", Ports = RegistryRig.NodeWith(null, 2).Ports }));

        rig.Nodes.FindByUuid(node.Uuid).ShouldBe(node);
        rig.Nodes.FindByName("bm-02").ShouldBeNull();
        rig.Events.Query(new EventQuery()).Count.ShouldBe(before);
        rig.Store.BeforeWrite = () => Task.CompletedTask;
        (await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-02", 2))).Name.ShouldBe("bm-02");
    }

    [Fact]
    public async Task Changes_ThatAreNotStored_TakeNoPlaceInTheTimeline()
    {
        await using var rig = new RegistryRig();
        var node = await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1));
        for (var i = 1; i < EventLog.CapacityPerMachine; i++) await rig.Nodes.UpdateAsync(node.Uuid, n => n with { Description = $"{i}" });
        var kept = rig.Events.Query(new EventQuery());
        kept.Count.ShouldBe(EventLog.CapacityPerMachine);

        rig.Store.BeforeWrite = () => throw new IOException("disk full");
        for (var i = 0; i < 300; i++) await Should.ThrowAsync<IOException>(() => rig.Nodes.UpdateAsync(node.Uuid, n => n with { Description = "lost" }));
        rig.Events.Query(new EventQuery()).ShouldBe(kept);

        rig.Store.BeforeWrite = () => Task.CompletedTask;
        await rig.Nodes.UpdateAsync(node.Uuid, n => n with { Description = "kept" });
        rig.Events.Query(new EventQuery()).SkipLast(1).ShouldBe(kept.Skip(1));
    }

    [Fact]
    public async Task Update_MovesNamesAndAddresses()
    {
        await using var rig = new RegistryRig();
        var node = await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1));

        await rig.Nodes.UpdateAsync(node.Uuid, n => n with { Name = "bm-02", Ports = RegistryRig.NodeWith(null, 2).Ports });

        rig.Nodes.FindByMac(RegistryRig.Mac(1)).ShouldBeNull();
        rig.Nodes.FindByMac(RegistryRig.Mac(2))!.Name.ShouldBe("bm-02");
        (await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1))).Ports[0].Address.ShouldBe(RegistryRig.Mac(1));
        (await rig.Nodes.UpdateAsync(node.Uuid, n => n with { Name = "BM-02" })).Name.ShouldBe("BM-02");
        rig.Nodes.FindByName("bm-02")!.Uuid.ShouldBe(node.Uuid);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Move_GivesAPortToAnotherNode_InOneWrite(bool storeFails)
    {
        await using var rig = new RegistryRig();
        var (from, to) = (await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1, 2)), await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-02", 3)));
        var port = from.Ports[1];
        rig.Store.BeforeWrite = () =>
        {
            // It is the giver's until it is durable, and nobody else's meanwhile.
            rig.Nodes.FindByMac(port.Address)!.Uuid.ShouldBe(from.Uuid);
            return storeFails ? throw new IOException("disk full") : Task.CompletedTask;
        };

        if (storeFails) await Should.ThrowAsync<IOException>(MoveAsync);
        else (await MoveAsync()).Ports.ShouldBe([to.Ports[0], port]);

        var owner = storeFails ? from : to;
        rig.Nodes.FindByMac(port.Address)!.Uuid.ShouldBe(owner.Uuid);
        rig.Nodes.FindByPart(port.Uuid)!.Uuid.ShouldBe(owner.Uuid);
        rig.Store.Nodes.Values.Where(node => node.HasPort(port.Address)).ShouldHaveSingleItem().Uuid.ShouldBe(owner.Uuid);
        rig.Store.BeforeWrite = () => Task.CompletedTask;
        (await Should.ThrowAsync<NodeException>(() => rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-03", 2)))).Message.ShouldEndWith($"it belongs to node {owner.Name}.");

        Task<Node> MoveAsync() => rig.Nodes.MoveAsync(from.Uuid, to.Uuid, (giver, taker) => (giver with { Ports = giver.Ports.Remove(port) }, taker with { Ports = taker.Ports.Add(port) }));
    }

    [Fact]
    public async Task Move_BothWaysAtOnce_Ends()
    {
        await using var rig = new RegistryRig();
        var (one, other) = (await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1)), await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-02", 2)));

        await Task.WhenAll(MoveAsync(one, other), MoveAsync(other, one));

        rig.Nodes.FindByMac(RegistryRig.Mac(1))!.Uuid.ShouldBe(other.Uuid);
        rig.Nodes.FindByMac(RegistryRig.Mac(2))!.Uuid.ShouldBe(one.Uuid);

        Task<Node> MoveAsync(Node from, Node to) => Task.Run(() => rig.Nodes.MoveAsync(from.Uuid, to.Uuid, (giver, taker) =>
            (giver with { Ports = giver.Ports.Remove(from.Ports[0]) }, taker with { Ports = taker.Ports.Add(from.Ports[0]) })));
    }

    [Fact]
    public async Task Update_StampsTimes_AndKeepsIdentity()
    {
        await using var rig = new RegistryRig();
        var node = await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1));
        rig.Time.Advance(TimeSpan.FromMinutes(1));

        var updated = await rig.Nodes.UpdateAsync(node.Uuid, n => n with { Uuid = Guid.NewGuid(), CreatedAt = default, Extra = JsonFields.Parse("""{"rack": "r1"}""") });

        updated.ShouldBe(node with { Extra = updated.Extra, UpdatedAt = node.CreatedAt + TimeSpan.FromMinutes(1), Ports = updated.Ports });
        updated.Ports[0].CreatedAt.ShouldBe(node.CreatedAt);
        rig.Store.Nodes[node.Uuid].ShouldBe(updated);
    }

    [Fact]
    public async Task Add_Refuses_WhatAnotherNodeHas()
    {
        await using var rig = new RegistryRig();
        await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1));

        var address = await Should.ThrowAsync<NodeException>(() => rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-02", 2, 1)));
        var name = await Should.ThrowAsync<NodeException>(() => rig.Nodes.AddAsync(RegistryRig.NodeWith("Bm-01", 3)));

        (address.Kind, address.Message).ShouldBe(
            (NodeFailure.Conflict, "A port with MAC address 52:54:00:00:00:01 already exists: it belongs to node bm-01."));
        (name.Kind, name.Message).ShouldBe((NodeFailure.Conflict, "A node with name Bm-01 already exists."));
        rig.Nodes.Count.ShouldBe(1);
        rig.Store.Nodes.Count.ShouldBe(1);
        (await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-02", 2))).Name.ShouldBe("bm-02");
    }

    [Theory]
    [InlineData("bad name!")]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("11111111-1111-4111-8111-111111111111")]
    public async Task Add_Refuses_AnInvalidName(string name)
    {
        await using var rig = new RegistryRig();
        var refused = await Should.ThrowAsync<NodeException>(() => rig.Nodes.AddAsync(RegistryRig.NodeWith(name, 1)));
        (refused.Kind, refused.Message).ShouldBe((NodeFailure.Invalid, $"Cannot create node with invalid name '{name}'"));
    }

    [Fact]
    public async Task Add_Refuses_AddressesThatNoInterfaceHas()
    {
        await using var rig = new RegistryRig();
        var multicast = new Node { Ports = [new Port { Address = new MacAddress(0x01005E000001) }] };

        (await Should.ThrowAsync<NodeException>(() => rig.Nodes.AddAsync(multicast))).Message.ShouldContain("01:00:5e:00:00:01 is not the address");
        (await Should.ThrowAsync<NodeException>(() => rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1, 1)))).Message.ShouldContain("has two ports");
    }

    [Fact]
    public async Task Apply_Refuses_InIronicsWords()
    {
        await using var rig = new RegistryRig();
        var node = await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1));

        var refused = await Should.ThrowAsync<NodeException>(() => rig.Nodes.ApplyAsync(node.Uuid, ProvisionEvent.Provide));

        (refused.Kind, refused.Message).ShouldBe((NodeFailure.InvalidState,
            $"The requested action \"provide\" can not be performed on node \"{node.Uuid}\" while it is in state \"enroll\"."));
    }

    [Fact]
    public async Task Apply_SetsStateTargetAndTime_AndTellsIt()
    {
        await using var rig = new RegistryRig();
        var node = await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1));
        rig.Time.Advance(TimeSpan.FromMinutes(1));

        var verifying = await rig.Nodes.ApplyAsync(node.Uuid, ProvisionEvent.Manage);
        var failed = await rig.Nodes.ApplyAsync(node.Uuid, ProvisionEvent.Fail, n => n with { LastError = "no power" });

        (verifying.ProvisionState, verifying.TargetProvisionState, verifying.ProvisionUpdatedAt)
            .ShouldBe((ProvisionState.Verifying, ProvisionState.Manageable, node.CreatedAt + TimeSpan.FromMinutes(1)));
        (failed.ProvisionState, failed.TargetProvisionState, failed.LastError).ShouldBe((ProvisionState.Enroll, null, "no power"));
        rig.Events.Query(EventQuery.ForNode(node)).Select(e => (e.Kind, e.Text, e.State)).ShouldBe(
        [
            (MachineEventKind.NodeAdded, "Node bm-01 was added.", ProvisionState.Enroll),
            (MachineEventKind.StateChanged, "enroll → verifying", ProvisionState.Verifying),
            (MachineEventKind.StateChanged, "verifying → enroll: no power", ProvisionState.Enroll),
        ]);
    }

    [Fact]
    public async Task Remove_Refuses_WhileTheStateForbidsIt()
    {
        await using var rig = new RegistryRig();
        var node = await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1) with { ProvisionState = ProvisionState.Active });

        var refused = await Should.ThrowAsync<NodeException>(() => rig.Nodes.RemoveAsync(node.Uuid));
        (refused.Kind, refused.Message).ShouldBe((NodeFailure.Conflict,
            $"Can not delete node \"{node.Uuid}\" while it is in provision state \"active\". Valid provision states to perform deletion are: "
            + "\"('manageable', 'enroll', 'adopt failed', 'available')\", or set the node into maintenance mode"));

        await rig.Nodes.UpdateAsync(node.Uuid, n => n with { Maintenance = true });
        await rig.Nodes.RemoveAsync(node.Uuid);
        rig.Nodes.FindByMac(RegistryRig.Mac(1)).ShouldBeNull();
        rig.Store.Nodes.ShouldBeEmpty();
        (await Should.ThrowAsync<NodeException>(() => rig.Nodes.RemoveAsync(node.Uuid))).Kind.ShouldBe(NodeFailure.NotFound);
        (await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1))).Uuid.ShouldNotBe(node.Uuid);
    }

    [Fact]
    public async Task Nodes_AreThere_AfterARestart()
    {
        var store = new MemoryStore();
        Node node;
        await using (var before = new RegistryRig(store)) node = await before.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1));

        await using var after = new RegistryRig(store);

        after.Nodes.FindByMac(RegistryRig.Mac(1)).ShouldBe(node);
        after.Events.Query(EventQuery.ForNode(node)).ShouldHaveSingleItem().Kind.ShouldBe(MachineEventKind.NodeAdded);
        await Should.ThrowAsync<NodeException>(() => after.Nodes.AddAsync(RegistryRig.NodeWith("bm-02", 1)));
    }

    [Fact]
    public async Task Changes_OfOneNode_FollowEachOther_AndThoseOfOthersDoNotWait()
    {
        var release = new TaskCompletionSource();
        await using var rig = new RegistryRig();
        var held = await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1));
        var other = await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-02", 2));
        rig.Store.BeforeWrite = () => release.Task;
        var first = rig.Nodes.UpdateAsync(held.Uuid, n => n with { LastError = "1" });
        var second = rig.Nodes.UpdateAsync(held.Uuid, n => n with { LastError = n.LastError + "2" });

        rig.Store.BeforeWrite = () => Task.CompletedTask;
        await rig.Nodes.UpdateAsync(other.Uuid, n => n with { LastError = "free" });

        (first.IsCompleted, second.IsCompleted).ShouldBe((false, false));
        release.SetResult();
        (await second).LastError.ShouldBe("12");
    }

    [Fact]
    public async Task Adds_AtOnce_LeaveEachAddressWithOneNode()
    {
        await using var rig = new RegistryRig(new MemoryStore { BeforeWrite = async () => await Task.Yield() });

        // 1000 nodes want 500 addresses, two each.
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => Task.Run(async () =>
        {
            try
            {
                return await rig.Nodes.AddAsync(RegistryRig.NodeWith($"bm-{i}", i % 500));
            }
            catch (NodeException refused) when (refused.Kind == NodeFailure.Conflict)
            {
                return null;
            }
        })));

        outcomes.OfType<Node>().Select(n => n.Ports[0].Address).Distinct().Count().ShouldBe(500);
        outcomes.OfType<Node>().Count().ShouldBe(500);
        rig.Store.Nodes.Count.ShouldBe(500);
        outcomes.OfType<Node>().ShouldAllBe(n => rig.Nodes.FindByMac(n.Ports[0].Address) == n);
    }

    [Fact]
    public async Task Updates_AtOnce_AreNeverLost()
    {
        await using var rig = new RegistryRig(new MemoryStore { BeforeWrite = async () => await Task.Yield() });
        var nodes = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => rig.Nodes.AddAsync(RegistryRig.NodeWith($"bm-{i}", i))));

        await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => Task.Run(() => rig.Nodes.UpdateAsync(nodes[i % 10].Uuid, AddOne))));

        rig.Nodes.All.Select(n => n.Extra.ToString()).ShouldAllBe(extra => extra == """{"count":100}""");
        rig.Store.Nodes.Values.Select(n => n.Extra.ToString()).ShouldAllBe(extra => extra == """{"count":100}""");
        var sequences = rig.Events.Query(new EventQuery()).Select(e => e.Sequence).ToList();
        sequences.ShouldBe(sequences.Order());
        sequences.Count.ShouldBe(1010);

        static Node AddOne(Node node) =>
            node with { Extra = node.Extra.With("count", (node.Extra.TryGetValue("count", out var count) ? count.GetInt32() : 0) + 1) };
    }

    [Fact]
    public async Task Events_AreToldInOrder_WhenTheirChangesEndInAnother()
    {
        var slow = new TaskCompletionSource();
        await using var rig = new RegistryRig();
        rig.Store.BeforeWrite = () => slow.Task;
        var first = rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-01", 1));
        rig.Store.BeforeWrite = () => Task.CompletedTask;
        await rig.Nodes.AddAsync(RegistryRig.NodeWith("bm-02", 2));
        rig.Events.Append(new MachineEvent { Kind = MachineEventKind.DhcpOffer, Text = "offer", Mac = RegistryRig.Mac(3) });

        rig.Events.Query(new EventQuery()).ShouldBeEmpty();
        slow.SetResult();
        await first;

        rig.Events.Query(new EventQuery()).Select(e => e.Text).ShouldBe(["Node bm-01 was added.", "Node bm-02 was added.", "offer"]);
    }

    [Fact]
    public async Task NamesOfParts_AreNobodyElses_AndFreeAgainWithTheirPart()
    {
        await using var rig = new RegistryRig();
        var port = new Port { Address = RegistryRig.Mac(1), Name = "p" };
        var first = await rig.Nodes.AddAsync(new Node { Ports = [port] });
        var second = await rig.Nodes.AddAsync(new Node());
        Task<Node> TakeAsync(int mac) => rig.Nodes.UpdateAsync(second.Uuid, n => n with { Ports = [.. n.Ports, new Port { Address = RegistryRig.Mac(mac), Name = "p" }] });

        (await Should.ThrowAsync<NodeException>(() => TakeAsync(2))).Message.ShouldBe("A port with name p already exists.");
        rig.Nodes.FindByPart(Port.Named("p"))!.Uuid.ShouldBe(first.Uuid);
        await rig.Nodes.UpdateAsync(first.Uuid, n => n with { Ports = [port with { Name = "q" }] });
        await TakeAsync(2);
        (await Should.ThrowAsync<NodeException>(() => TakeAsync(3))).Message.ShouldBe("A port with name p already exists.");

        rig.Nodes.FindByPart(Port.Named("p"))!.Uuid.ShouldBe(second.Uuid);
        rig.Nodes.FindByPart(Port.Named("q"))!.Uuid.ShouldBe(first.Uuid);
    }

    [Fact]
    public async Task Parents_FormNoCircle()
    {
        await using var rig = new RegistryRig();
        var (a, b, c) = (await rig.Nodes.AddAsync(new Node()), await rig.Nodes.AddAsync(new Node()), await rig.Nodes.AddAsync(new Node()));
        await PutAsync(b, a);
        await PutAsync(c, b);

        foreach (var below in new[] { b, c })
        {
            var refusal = await Should.ThrowAsync<NodeException>(() => PutAsync(a, below));
            (refusal.Kind, refusal.Message).ShouldBe((NodeFailure.Invalid, $"Node {below.Uuid} can not be the parent of node {a.Uuid}, which it is a part of itself."));
        }

        await rig.Nodes.UpdateAsync(b.Uuid, node => node with { ParentNode = null });
        (await PutAsync(a, c)).ParentNode.ShouldBe(c.Uuid);

        Task<Node> PutAsync(Node part, Node parent) => rig.Nodes.UpdateAsync(part.Uuid, node => node with { ParentNode = parent.Uuid });
    }

    [Fact]
    public async Task Parents_FormNoCircle_WhenBothBecomeOneAtOnce_AndNoneIsRemovedMeanwhile()
    {
        await using var rig = new RegistryRig();
        var (a, b) = (await rig.Nodes.AddAsync(new Node()), await rig.Nodes.AddAsync(new Node()));
        var (writing, written) = (new TaskCompletionSource(), new TaskCompletionSource());
        rig.Store.BeforeWrite = () =>
        {
            writing.TrySetResult();
            return written.Task;
        };
        var first = rig.Nodes.UpdateAsync(b.Uuid, node => node with { ParentNode = a.Uuid });
        await writing.Task;

        (await Should.ThrowAsync<NodeException>(() => rig.Nodes.UpdateAsync(a.Uuid, node => node with { ParentNode = b.Uuid }))).Kind.ShouldBe(NodeFailure.Invalid);
        (await Should.ThrowAsync<NodeException>(() => rig.Nodes.RemoveAsync(a.Uuid))).Message.ShouldBe($"Node {a.Uuid} can not be deleted while other nodes are parts of it.");
        written.SetResult();
        (await first).ParentNode.ShouldBe(a.Uuid);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whole_ThatIsBeingRemoved_TakesNoMoreParts(bool storeFails)
    {
        await using var rig = new RegistryRig();
        var (whole, part) = (await rig.Nodes.AddAsync(new Node()), await rig.Nodes.AddAsync(new Node()));
        var (writing, written) = (new TaskCompletionSource(), new TaskCompletionSource());
        rig.Store.BeforeWrite = () =>
        {
            rig.Store.BeforeWrite = () => Task.CompletedTask;
            writing.SetResult();
            return written.Task;
        };
        var removal = rig.Nodes.RemoveAsync(whole.Uuid);
        await writing.Task;

        (await Should.ThrowAsync<NodeException>(PutAsync)).Message.ShouldBe($"Node {whole.Uuid} could not be found.");
        if (storeFails)
        {
            written.SetException(new IOException("disk full"));
            await Should.ThrowAsync<IOException>(() => removal);
            (await PutAsync()).ParentNode.ShouldBe(whole.Uuid);
        }
        else
        {
            written.SetResult();
            await removal;
            await Should.ThrowAsync<NodeException>(PutAsync);
        }

        Task<Node> PutAsync() => rig.Nodes.UpdateAsync(part.Uuid, node => node with { ParentNode = whole.Uuid });
    }

    [Fact]
    public async Task Circle_OfAnOlderVersion_IsLoaded_AndCanBeOpened()
    {
        var store = new MemoryStore();
        var (a, b) = (new Node(), new Node());
        (store.Nodes[a.Uuid], store.Nodes[b.Uuid]) = (a with { ParentNode = b.Uuid }, b with { ParentNode = a.Uuid });
        await using var rig = new RegistryRig(store);
        var c = await rig.Nodes.AddAsync(new Node { ParentNode = a.Uuid });
        (await rig.Nodes.UpdateAsync(a.Uuid, node => node with { ParentNode = null })).ParentNode.ShouldBeNull();
        c.ParentNode.ShouldBe(a.Uuid);
    }

    [Fact]
    public async Task Chassis_IsThereWhileNodesAreInIt()
    {
        await using var rig = new RegistryRig();
        var (chassis, isThere) = (Guid.NewGuid(), true);
        rig.Nodes.HasChassis = uuid => uuid == chassis && isThere;
        var node = await rig.Nodes.AddAsync(new Node { ChassisUuid = chassis });
        (await Should.ThrowAsync<NodeException>(RemoveAsync)).Message.ShouldBe($"Cannot complete the requested action because chassis {chassis} contains nodes.");
        await rig.Nodes.UpdateAsync(node.Uuid, n => n with { ChassisUuid = null });

        await rig.Nodes.RemoveChassisAsync(chassis, async () =>
        {
            (await Should.ThrowAsync<NodeException>(PutAsync)).Message.ShouldBe($"Chassis {chassis} could not be found.");
            isThere = false;
        });
        await Should.ThrowAsync<NodeException>(PutAsync);

        Task RemoveAsync() => rig.Nodes.RemoveChassisAsync(chassis, () => throw new InvalidOperationException("a node is in it"));
        Task<Node> PutAsync() => rig.Nodes.UpdateAsync(node.Uuid, n => n with { ChassisUuid = chassis });
    }

    [Fact]
    public async Task Update_Refuses_TwoPartsWithOneUuid()
    {
        await using var rig = new RegistryRig();
        var uuid = Guid.NewGuid();
        var node = await rig.Nodes.AddAsync(new Node { Ports = [new Port { Uuid = uuid, Address = RegistryRig.Mac(1) }] });

        var refusal = await Should.ThrowAsync<NodeException>(() =>
            rig.Nodes.UpdateAsync(node.Uuid, n => n with { Ports = n.Ports.Add(new Port { Uuid = uuid, Address = RegistryRig.Mac(2) }) }));

        refusal.Kind.ShouldBe(NodeFailure.Conflict);
        rig.Nodes.FindByUuid(node.Uuid)!.Ports.Length.ShouldBe(1);
    }
}
