# The commands for newcomers. Each first installs what is missing (tools/setup.sh), which is quick when nothing is.
# For daily work on chainrule, see ./dev.

.PHONY: all demo test sbom clean help
.DEFAULT_GOAL := all

all: ## build the program build/release/bin/chainrule
	@tools/setup.sh build
	@tools/build.sh release chainrule_cli
	@echo "Built build/release/bin/chainrule. Try: build/release/bin/chainrule --help"

demo: ## build, then train, evaluate and use a network on 70,000 images of clothes (about a minute)
	@tools/setup.sh build demo
	@tools/build.sh release chainrule_cli
	@tools/demo.sh

test: ## build everything without warnings, compile each header alone, and run every test and check
	@tools/setup.sh build test
	@tools/build.sh release all all_verify_interface_header_sets
	@tools/test.sh release

sbom: ## write build/release/sbom.spdx.json: the linked libraries with versions and licences
	@tools/setup.sh build
	@tools/build.sh release sbom
	@echo "Wrote build/release/sbom.spdx.json (SPDX 2.3)"

clean: ## remove everything that was built
	rm -rf build

help: ## list the targets
	@sed -n 's/^\([a-z]*\): ## /  make \1\t/p' Makefile | expand -t 14
