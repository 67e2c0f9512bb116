// Takes a node through its life with gophercloud's packages for bare metal, and prints what they understood of each answer.
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/gophercloud/gophercloud"
	"github.com/gophercloud/gophercloud/openstack/baremetal/apiversions"
	"github.com/gophercloud/gophercloud/openstack/baremetal/noauth"
	"github.com/gophercloud/gophercloud/openstack/baremetal/v1/allocations"
	"github.com/gophercloud/gophercloud/openstack/baremetal/v1/drivers"
	"github.com/gophercloud/gophercloud/openstack/baremetal/v1/nodes"
	"github.com/gophercloud/gophercloud/openstack/baremetal/v1/ports"
)

const machines = 3

func main() {
	root, err := noauth.NewBareMetalNoAuth(noauth.EndpointOpts{IronicEndpoint: os.Args[1]})
	check("connect", err)
	showVersion(root)
	client, err := noauth.NewBareMetalNoAuth(noauth.EndpointOpts{IronicEndpoint: os.Args[1] + "v1"})
	check("connect", err)

	// The newest version that has everything these packages know.
	client.Microversion = "1.58"
	showDrivers(client)
	uuids := enroll(client)
	list(client)
	patch(client, uuids[0])
	deploy(client, uuids[0])
	allocate(client, uuids)
	remove(client, uuids)
}

func check(what string, err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
		os.Exit(1)
	}
}

func showVersion(client *gophercloud.ServiceClient) {
	version, err := apiversions.Get(client, "v1").Extract()
	check("version", err)
	fmt.Println("version", version.ID, version.Status, version.MinVersion, version.Version)
}

func showDrivers(client *gophercloud.ServiceClient) {
	pages, err := drivers.ListDrivers(client, drivers.ListDriversOpts{}).AllPages()
	check("drivers", err)
	all, err := drivers.ExtractDrivers(pages)
	check("drivers", err)
	for _, driver := range all {
		fmt.Println("driver", driver.Name, len(driver.Hosts))
	}
	_, err = drivers.GetDriverDetails(client, "manual-management").Extract()
	check("driver", err)
	_, err = drivers.GetDriverProperties(client, "manual-management").Extract()
	check("driver properties", err)
}

func enroll(client *gophercloud.ServiceClient) []string {
	var uuids []string
	for number := 0; number < machines; number++ {
		node, err := nodes.Create(client, nodes.CreateOpts{
			Name:          fmt.Sprintf("lab~machine-%d", number),
			Driver:        "manual-management",
			ResourceClass: "large",
			Properties:    map[string]interface{}{"cpu_arch": "x86_64", "cpus": 4},
			Extra:         map[string]interface{}{"rack": "7"},
		}).Extract()
		check("create", err)
		for nic := 0; nic < 2; nic++ {
			enabled := nic == 0
			port, err := ports.Create(client, ports.CreateOpts{
				NodeUUID:   node.UUID,
				Address:    fmt.Sprintf("52:54:00:AA:%02X:%02X", number, nic),
				PXEEnabled: &enabled,
			}).Extract()
			check("create port", err)
			fmt.Println("port", node.Name, port.Address, port.PXEEnabled)
		}
		fmt.Println("node", node.Name, node.Driver, node.ProvisionState, node.Properties, node.Extra)
		uuids = append(uuids, node.UUID)
	}

	_, err := nodes.Create(client, nodes.CreateOpts{Name: "lab~machine-0", Driver: "manual-management"}).Extract()
	conflict, ok := err.(gophercloud.ErrDefault409)
	fmt.Println("a second one", ok, string(conflict.Body))
	return uuids
}

func list(client *gophercloud.ServiceClient) {
	for marker := ""; ; {
		page, err := nodes.List(client, nodes.ListOpts{Limit: 2, Marker: marker, SortKey: "name", Fields: []string{"uuid", "name", "provision_state"}}).AllPages()
		check("list", err)
		some, err := nodes.ExtractNodes(page)
		check("list", err)
		if len(some) == 0 {
			break
		}
		fmt.Print("page")
		for _, node := range some {
			fmt.Print(" ", node.Name)
			marker = node.UUID
		}
		fmt.Println()
	}

	pages, err := nodes.ListDetail(client, nodes.ListOpts{ResourceClass: "large", ProvisionState: nodes.Enroll}).AllPages()
	check("list detail", err)
	all, err := nodes.ExtractNodes(pages)
	check("list detail", err)
	portPages, err := ports.ListDetail(client, ports.ListOpts{Address: "52:54:00:aa:02:01"}).AllPages()
	check("list ports", err)
	found, err := ports.ExtractPorts(portPages)
	check("list ports", err)
	fmt.Println("all", len(all), "found", len(found), found[0].NodeUUID == all[len(all)-1].UUID)
}

func patch(client *gophercloud.ServiceClient, uuid string) {
	node, err := nodes.Update(client, uuid, nodes.UpdateOpts{
		nodes.UpdateOperation{Op: nodes.AddOp, Path: "/instance_info/kernel", Value: "vmlinuz"},
		nodes.UpdateOperation{Op: nodes.AddOp, Path: "/instance_info/ramdisk", Value: "initrd.img"},
		nodes.UpdateOperation{Op: nodes.ReplaceOp, Path: "/properties/cpus", Value: 8},
		nodes.UpdateOperation{Op: nodes.RemoveOp, Path: "/extra/rack"},
	}).Extract()
	check("patch", err)
	fmt.Println("patched", node.InstanceInfo, node.Properties, node.Extra)

	_, err = nodes.Update(client, uuid, nodes.UpdateOpts{nodes.UpdateOperation{Op: nodes.RemoveOp, Path: "/extra/rack"}}).Extract()
	refusal, ok := err.(gophercloud.ErrDefault400)
	fmt.Println("once more", ok, string(refusal.Body))
}

func deploy(client *gophercloud.ServiceClient, uuid string) {
	change(client, uuid, nodes.ProvisionStateOpts{Target: nodes.TargetManage}, nodes.Manageable)
	check("boot device", nodes.SetBootDevice(client, uuid, nodes.BootDeviceOpts{BootDevice: "pxe", Persistent: true}).ExtractErr())
	devices, err := nodes.GetSupportedBootDevices(client, uuid).Extract()
	check("boot devices", err)
	change(client, uuid, nodes.ProvisionStateOpts{Target: nodes.TargetProvide}, nodes.Available)
	valid, err := nodes.Validate(client, uuid).Extract()
	check("validate", err)
	fmt.Println("devices", devices, "boot", valid.Boot.Result, "deploy", valid.Deploy.Result, "rescue", valid.Rescue.Reason)
	drive := nodes.ConfigDrive{MetaData: map[string]interface{}{"name": "machine-0"}, UserData: "#cloud-config"}
	change(client, uuid, nodes.ProvisionStateOpts{Target: nodes.TargetActive, ConfigDrive: drive}, nodes.Active)
	change(client, uuid, nodes.ProvisionStateOpts{Target: nodes.TargetDeleted}, nodes.Available)
}

// change asks for a state and waits until the node is in it.
func change(client *gophercloud.ServiceClient, uuid string, opts nodes.ProvisionStateOpts, wanted nodes.ProvisionState) {
	check(string(opts.Target), nodes.ChangeProvisionState(client, uuid, opts).ExtractErr())
	var node *nodes.Node
	err := gophercloud.WaitFor(60, func() (done bool, err error) {
		node, err = nodes.Get(client, uuid).Extract()
		if err != nil {
			return false, err
		}
		if node.LastError != "" {
			return false, fmt.Errorf("%s", node.LastError)
		}
		return node.ProvisionState == string(wanted) && node.TargetProvisionState == "", nil
	})
	check("wait for "+string(wanted), err)
	fmt.Println(opts.Target, "->", wanted, node.PowerState)
}

func allocate(client *gophercloud.ServiceClient, uuids []string) {
	wanted, err := allocations.Create(client, allocations.CreateOpts{Name: "job", ResourceClass: "large", Extra: map[string]string{"for": "us"}}).Extract()
	check("allocate", err)
	check("wait for the allocation", gophercloud.WaitFor(60, func() (bool, error) {
		wanted, err = allocations.Get(client, wanted.UUID).Extract()
		return err == nil && wanted.State != string(allocations.Allocating), err
	}))
	fmt.Println("allocation", wanted.Name, wanted.State, wanted.Extra, wanted.NodeUUID == uuids[0], time.Since(wanted.CreatedAt) < time.Hour)
	pages, err := allocations.List(client, allocations.ListOpts{Node: uuids[0]}).AllPages()
	check("list allocations", err)
	all, err := allocations.ExtractAllocations(pages)
	check("list allocations", err)
	fmt.Println("allocations", len(all))
	check("free", allocations.Delete(client, wanted.UUID).ExtractErr())
}

func remove(client *gophercloud.ServiceClient, uuids []string) {
	for _, uuid := range uuids {
		check("delete", nodes.Delete(client, uuid).ExtractErr())
	}
	_, err := nodes.Get(client, uuids[0]).Extract()
	_, gone := err.(gophercloud.ErrDefault404)
	pages, err := ports.List(client, ports.ListOpts{}).AllPages()
	check("list ports", err)
	left, err := pages.IsEmpty()
	check("list ports", err)
	fmt.Println("gone", gone, "no port", left)
}
