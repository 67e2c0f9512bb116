#!/bin/sh
# Neutron gives the addresses, the BootAppliance at 192.0.2.1 boots the machines (its Dhcp:Mode is Off).
# Run this as a user who may change the ports; export it again when nodes or loaders have changed.
set -e

# secure, UEFI x64 PXE
openstack port set \
    --extra-dhcp-option 'name=tag:!ipxe,67,value=shimx64.efi,ip-version=4' \
    --extra-dhcp-option 'name=tag:ipxe,67,value=http://192.0.2.1/boot.ipxe,ip-version=4' \
    --extra-dhcp-option 'name=66,value=192.0.2.1,ip-version=4' \
    --extra-dhcp-option 'name=150,value=192.0.2.1,ip-version=4' \
    --extra-dhcp-option 'name=255,value=192.0.2.1,ip-version=4' \
    "$(openstack port list --mac-address 52:54:00:00:00:02 -f value -c ID)"

# demo, UEFI x64 PXE
openstack port set \
    --extra-dhcp-option 'name=tag:!ipxe,67,value=ipxe.efi,ip-version=4' \
    --extra-dhcp-option 'name=tag:ipxe,67,value=http://192.0.2.1/boot.ipxe,ip-version=4' \
    --extra-dhcp-option 'name=66,value=192.0.2.1,ip-version=4' \
    --extra-dhcp-option 'name=150,value=192.0.2.1,ip-version=4' \
    --extra-dhcp-option 'name=255,value=192.0.2.1,ip-version=4' \
    "$(openstack port list --mac-address 52:54:00:12:34:56 -f value -c ID)"

# demo, UEFI x64 PXE
openstack port set \
    --extra-dhcp-option 'name=tag:!ipxe,67,value=ipxe.efi,ip-version=4' \
    --extra-dhcp-option 'name=tag:ipxe,67,value=http://192.0.2.1/boot.ipxe,ip-version=4' \
    --extra-dhcp-option 'name=66,value=192.0.2.1,ip-version=4' \
    --extra-dhcp-option 'name=150,value=192.0.2.1,ip-version=4' \
    --extra-dhcp-option 'name=255,value=192.0.2.1,ip-version=4' \
    "$(openstack port list --mac-address 52:54:00:12:34:57 -f value -c ID)"
