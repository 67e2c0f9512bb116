.DEFAULT_GOAL := help
.PHONY: help run smoke test check bench fuzz golden publish firmware clean restore build
MAKEFLAGS += --no-print-directory
export DOTNET_CLI_TELEMETRY_OPTOUT = 1 DOTNET_NOLOGO = 1
# One compiler for all projects, whatever the machine's default is: to start one for each takes longer than they take to compile. It ends by itself.
export UseSharedCompilation = true

OUTPUT = bin/Debug/net10.0
DATA = $(CURDIR)/.lab/data
APPLIANCE = appliance/$(OUTPUT)/linux-x64/bootappliance
SYSTEM_TESTS = tests/BootAppliance.System.Tests
BENCH = tests/BootAppliance.Bench/bin/Release/net10.0/BootAppliance.Bench
LAB = tests/BootAppliance.Lab/$(OUTPUT)/BootAppliance.Lab
BUILD_LAB = for program in appliance tests/BootAppliance.Lab; do dotnet build $$program -p:RestoreLockedMode=true -p:RunAnalyzers=false '-clp:ErrorsOnly;NoSummary' --nologo || exit 1; done

help: ## this list
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: ## boot a virtual machine through the appliance in a lab (FIRMWARE=uefi|http|secure|arm64|bios|rom|both), or serve a real interface (IFACE=eth1)
	@$(if $(IFACE),,tests/setup run $(FIRMWARE))
	@$(MAKE) firmware
	@echo 'building the appliance and the lab'
	@$(BUILD_LAB)
ifdef IFACE
	@mkdir -p $(DATA)/http
	@[ -f $(DATA)/appsettings.yaml ] || printf '%s\n' 'Network: { Interface: "$(IFACE)" }' 'Http: { Root: "$(DATA)/http" }' \
		'Store: { Path: "$(DATA)/bootappliance.db" }' 'Api: { Socket: "$(DATA)/api.sock" }' > $(DATA)/appsettings.yaml
	@echo 'Serving $(IFACE); kernels and initrds go to $(DATA)/http. In another terminal:'
	@echo '  $(APPLIANCE) node list --config $(DATA)/appsettings.yaml'
	@exec $(APPLIANCE) run --config $(DATA)/appsettings.yaml --Network:Interface=$(IFACE)
else
	@exec $(LAB) run $(if $(FIRMWARE),--firmware $(FIRMWARE))
endif

smoke: ## boot every kind of firmware over every path and print a table (CASES="uefi bios-relay", JSON=1: a line of JSON each)
	@tests/setup smoke
	@$(MAKE) firmware >&2
	@$(BUILD_LAB) >&2
	@exec $(LAB) smoke $(if $(JSON),--json) $(CASES)

test: ## run every test, with all the set-up it needs
	@tests/setup test
	@$(MAKE) firmware build publish
	@tests/run --all

check: firmware build ## check the format and run the tests that need neither root nor other packages
	@dotnet format whitespace --verify-no-changes --no-restore
	@tests/run $(filter-out $(SYSTEM_TESTS),$(wildcard tests/*.Tests))

bench: firmware ## measure against other servers and write docs/benchmarks.md; ONLY=dhcp|tftp|http|storm|soak|nodes|micro: a part of it
	@$(if $(filter-out dhcp tftp http storm soak nodes micro,$(ONLY)),echo 'make bench: ONLY=dhcp|tftp|http|storm|soak|nodes|micro' >&2; exit 2)
	@tests/setup bench
	@dotnet build tests/BootAppliance.Bench -c Release -p:RestoreLockedMode=true -v quiet --nologo
	@dotnet build appliance -c Release -p:RestoreLockedMode=true -v quiet --nologo
ifeq ($(filter-out dhcp,$(ONLY)),)
	@$(BENCH) dhcp --markdown
endif
ifeq ($(filter-out tftp,$(ONLY)),)
	@$(BENCH) tftp --markdown
endif
ifeq ($(filter-out http,$(ONLY)),)
	@$(BENCH) http --markdown
endif
ifeq ($(filter-out storm,$(ONLY)),)
	@$(BENCH) storm $(if $(MACHINES),--machines $(MACHINES)) --markdown
endif
ifeq ($(filter-out soak,$(ONLY)),)
	@$(BENCH) soak --markdown
endif
ifeq ($(filter-out nodes,$(ONLY)),)
	@$(BENCH) nodes --markdown
endif
ifeq ($(filter-out micro,$(ONLY)),)
	@$(BENCH) micro
endif

fuzz: ## look for packets and requests that are not stood, SECONDS=60 in all, TARGET= one of them; REPLAY=FILE: give one again
	@dotnet build tests/BootAppliance.Fuzz -c Release -p:RestoreLockedMode=true -v quiet --nologo
	@tests/BootAppliance.Fuzz/bin/Release/net10.0/BootAppliance.Fuzz $(if $(SECONDS),--seconds $(SECONDS)) $(if $(TARGET),--target $(TARGET)) $(if $(NUMBER),--number $(NUMBER)) $(if $(REPLAY),--replay $(REPLAY))

golden: build ## write the expected texts of boot scripts and DHCP exports anew; read the difference before you commit it
	@UPDATE_GOLDEN=1 dotnet test tests/BootAppliance.Netboot.Tests --no-build --nologo --filter 'ScriptTests|ImageRouteTests|ExportTests'

publish: firmware restore ## make dist/bootappliance, one file that needs nothing else
	@dotnet publish appliance -c Release -o dist --no-restore -p:RunAnalyzers=false

firmware: ## fetch the network boot loaders and check their sums
	@firmware/fetch

clean: ## remove everything that was built or fetched; what make run IFACE= has stored below .lab/data stays
	@rm -rf dist .lab/guest-* TestResults firmware/files appliance/bin appliance/obj src/*/bin src/*/obj tests/*/bin tests/*/obj

restore:
	@dotnet restore --locked-mode -v quiet

build: restore
	@dotnet build --no-restore -v quiet
