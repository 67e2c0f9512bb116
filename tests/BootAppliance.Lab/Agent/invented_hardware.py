"""An invented machine for ironic-python-agent: it looks at nothing of the machine that it runs on, and changes nothing there."""
from ironic_python_agent import hardware

MAC = '52:54:00:12:34:56'
SECOND_MAC = '52:54:00:12:34:57'


class InventedHardwareManager(hardware.HardwareManager):
    HARDWARE_MANAGER_NAME = 'InventedHardwareManager'
    HARDWARE_MANAGER_VERSION = '1'

    def evaluate_hardware_support(self):
        return hardware.HardwareSupport.SERVICE_PROVIDER

    def initialize_hardware(self):
        pass

    def list_network_interfaces(self):
        return [
            hardware.NetworkInterface('eth0', MAC, ipv4_address='127.0.0.1', has_carrier=True, vendor='0x1af4', product='0x1000'),
            hardware.NetworkInterface('eth1', SECOND_MAC, ipv4_address='127.0.0.1', has_carrier=True, vendor='0x1af4', product='0x1000'),
        ]

    def get_cpus(self):
        return hardware.CPU('Invented CPU', '2000', 4, 'x86_64', flags=['vmx'])

    def list_block_devices(self, include_partitions=False, all_serial_and_wwn=False):
        return [hardware.BlockDevice('/dev/invented', 'Invented disk', 64 * 1024 ** 3, False, serial='D1')]

    def get_memory(self):
        return hardware.Memory(8 * 1024 ** 3, physical_mb=8192)

    def get_os_install_device(self, permit_refresh=False):
        return '/dev/invented'

    def get_bmc_address(self):
        return '192.0.2.11'

    def get_bmc_v6address(self):
        return '::/0'

    def get_bmc_mac(self):
        return '52:54:00:0b:0b:01'

    def get_boot_info(self):
        return hardware.BootInfo('uefi', '01-' + MAC.replace(':', '-'))

    def get_system_vendor_info(self):
        return hardware.SystemVendorInfo('Invented', 'SN-0001', 'Nobody', hardware.SystemFirmware('EDK', '1', '01/01/2026'))

    def get_interface_info(self, interface_name):
        return next(i for i in self.list_network_interfaces() if i.name == interface_name)

    def get_ipv4_addr(self, interface_id):
        return '127.0.0.1'

    def generate_tls_certificate(self, ip_address):
        return None

    def list_hardware_info(self):
        return {
            'interfaces': self.list_network_interfaces(),
            'cpu': self.get_cpus(),
            'disks': self.list_block_devices(),
            'memory': self.get_memory(),
            'bmc_address': self.get_bmc_address(),
            'bmc_v6address': self.get_bmc_v6address(),
            'bmc_mac': self.get_bmc_mac(),
            'system_vendor': self.get_system_vendor_info(),
            'boot': self.get_boot_info(),
            'hostname': 'invented',
        }
