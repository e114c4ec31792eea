# SPDX-License-Identifier: MIT
# All targets in one place; everything that is made goes to build/. `make help` lists them.

VERSION   := 0.1.0
PREFIX    ?= /usr/local
DESTDIR   ?=
CC        ?= gcc
CLANG     ?= clang
BPFTOOL   ?= $(shell command -v bpftool || echo /usr/sbin/bpftool)
PYTHON    ?= /usr/bin/python3
CFLAGS    ?= -O2 -g
B         := build

WARNINGS  := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes
CPPFLAGS  += -D_GNU_SOURCE -DX511_VERSION='"$(VERSION)"' -Iuser -Iinclude -I$(B) -Itests/unit
COMPILE    = $(CC) -std=gnu11 $(WARNINGS) $(CPPFLAGS) -MMD -MP
HARDEN    := -fstack-protector-strong -fPIE -ffile-prefix-map=$(CURDIR)=. -D_FORTIFY_SOURCE=2
SANITIZE  := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
BPFFLAGS  := -target bpf -mcpu=v3 -g -O2 -Wall -Wextra -Werror -Iinclude \
	     -idirafter /usr/include/$(shell $(CC) -print-multiarch) -ffile-prefix-map=$(CURDIR)=.

DAEMON_LIBS := -lbpf -lelf -lz -lxdp -lmicrohttpd -ljansson -linih -lsqlite3 -lnettle -lseccomp \
	       -lanl -lgnutls -pthread
PORTAL_LIBS := -lmicrohttpd -lgnutls -lcurl -ljansson -linih -lsqlite3 -lnettle -lcrypt -lseccomp \
	       -pthread
CLI_LIBS    := -lcurl -ljansson -linih -lqrencode -lbpf -lelf -lz -lsqlite3 -lgnutls -lnettle -lanl \
	       -lncursesw -ltinfo
# Modules that are pure functions: unit tests and fuzz targets link them, and no kernel library.
PURE_LIBS   := -ljansson -linih -lnettle -lseccomp -lcmocka

# All of a folder below user/, and those of the files $(2) that are somewhere in it.
sources  = $(wildcard user/$(1)/*.c user/$(1)/*/*.c)
files    = $(foreach f,$(2),$(wildcard user/$(1)/$(f) user/$(1)/*/$(f)))
objects  = $(patsubst %.c,$(B)/obj/%.o,$(1))
DAEMON_SRC := $(foreach d,base http gate responder controller,$(call sources,$(d)))
CLI_SRC    := $(foreach d,base cli preflight,$(call sources,$(d))) \
	      $(addprefix user/gate/,hooks.c libbpf_log.c netdev.c pins.c qdisc.c) \
	      $(addprefix user/radius/,attributes.c packet.c secret.c)
THEME_SRC  := $(B)/theme_built_in.c
PORTAL_SRC := $(foreach d,base http radius portal,$(call sources,$(d))) $(THEME_SRC)
KERNEL_SRC := user/responder/xsk.c user/responder/worker.c
PURE_SRC   := $(filter-out $(KERNEL_SRC),$(foreach d,base radius responder,$(call sources,$(d)))) \
	      $(addprefix user/gate/,garden.c layouts.c) \
	      $(call files,controller,advertisement.c bearer.c busiest.c feed.c feed_reader.c learned.c \
		moves.c patterns.c roster.c session_line.c session_method.c talkers.c) \
	      $(call files,cli,elements.c help.c lines.c log_files.c log_query.c options.c progress.c \
		table.c text.c url.c \
		$(addprefix top_,devices.c grid.c help.c layout.c list.c model.c panels.c view.c)) \
	      $(call files,portal,capport_text.c dynauth_request.c dynauth_socket.c escape.c \
		fas_text.c form.c hook_answer.c limits.c privileges_calls.c privileges_files.c \
		radius_grant.c session.c signed_link.c token.c uam_challenges.c uam_json.c \
		uam_request.c uam_text.c uam_wispr.c voucher.c voucher_code.c) \
	      user/preflight/report.c $(wildcard user/preflight/judge_*.c) \
	      $(wildcard user/portal/pages/theme*.c) $(THEME_SRC)
# Test helpers that unit tests and fuzz targets share.
SUPPORT    := $(addprefix tests/unit/,channel.c client.c exchange.c exchange_checks.c repair.c \
	      scratch.c server.c vectors.c)
UNIT       := $(patsubst tests/unit/%.c,$(B)/tests/unit/%,$(wildcard tests/unit/test_*.c))
FUZZ       := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_TIME  ?= 60
PROGRAMS   := $(B)/xdp511d $(B)/xdp511 $(B)/xdp511-portal

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-8s %s\n' '$(1)' '$(patsubst $(B)/%,%,$@)')

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all man completion check lint unit bpf-floor lab-floor bench fuzz fuzz-corpus lab install clean help

all: $(PROGRAMS) man completion ## build the programs, their manual and completions

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

# The gate: BPF object, and the skeleton that carries it inside the daemon.
$(B)/gate.bpf.o: bpf/gate.bpf.c $(wildcard bpf/*.h include/xdp511/*.h)
	@mkdir -p $(@D)
	$(call say,BPF)
	$(Q)$(CLANG) $(BPFFLAGS) -c $< -o $@

$(B)/gate.skel.h: $(B)/gate.bpf.o
	$(call say,SKEL)
	$(Q)$(BPFTOOL) gen skeleton $< name gate_bpf > $@

$(patsubst %.c,$(B)/obj/%.o,$(call sources,gate)): $(B)/gate.skel.h

# The built-in theme: the files of its directory as C.
$(THEME_SRC): scripts/embed user/portal/theme $(sort $(wildcard user/portal/theme/* user/portal/theme/messages/*))
	@mkdir -p $(@D)
	$(call say,EMBED)
	$(Q)scripts/embed user/portal/theme > $@

$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) $(CFLAGS) $(HARDEN) -c $< -o $@

$(B)/xdp511d: $(call objects,$(DAEMON_SRC))
	$(call say,LINK)
	$(Q)$(CC) -pie $(LDFLAGS) $^ -o $@ $(DAEMON_LIBS)

$(B)/xdp511: $(call objects,$(CLI_SRC))
	$(call say,LINK)
	$(Q)$(CC) -pie $(LDFLAGS) $^ -o $@ $(CLI_LIBS)

$(B)/xdp511-portal: $(call objects,$(PORTAL_SRC))
	$(call say,LINK)
	$(Q)$(CC) -pie $(LDFLAGS) $^ -o $@ $(PORTAL_LIBS)

# Manual and completions: what they say of verbs, keys and the API is made from the programs' tables.
GENERATE   := $(wildcard scripts/generate/*.py)
TABLES     := $(patsubst $(B)/%,$(B)/tables/%.json,$(PROGRAMS))
MAN        := $(patsubst docs/man/%.in,$(B)/man/%,$(wildcard docs/man/*.in))
COMPLETION := $(addprefix $(B)/completion/,xdp511.bash _xdp511 xdp511.fish)

$(B)/tables/%.json: $(B)/%
	@mkdir -p $(@D)
	$(call say,TABLES)
	$(Q)$< --describe > $@

$(B)/man/%: docs/man/%.in $(TABLES) $(GENERATE) bpf/maps.h
	@mkdir -p $(@D)
	$(call say,MAN)
	$(Q)$(PYTHON) -B scripts/generate/manual.py $< $(B)/tables > $@

$(COMPLETION): $(TABLES) $(GENERATE)
	@mkdir -p $(@D)
	$(call say,COMPLETE)
	$(Q)$(PYTHON) -B scripts/generate/completion.py $(@F) $(B)/tables > $@

man: $(MAN) ## the manual pages

completion: $(COMPLETION) ## completions for bash, zsh and fish

# Unit floor: the pure modules, always under ASan and UBSan.
$(B)/san/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC-SAN)
	$(Q)$(COMPILE) $(SANITIZE) -c $< -o $@

$(B)/tests/unit/%: $(B)/san/tests/unit/%.o $(patsubst %.c,$(B)/san/%.o,$(PURE_SRC) $(SUPPORT))
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) $(SANITIZE) $^ -o $@ $(PURE_LIBS)

# The database and its thread, with the gate's part of them made up.
STORE_SRC   := $(wildcard user/controller/journal/store*.c) user/controller/sessions/packing.c
JOURNAL_SRC := $(call files,controller,journal.c journal_bulk.c journal_thread.c \
	       signin_file.c signin_log.c signin_log_flush.c) \
	       $(addprefix tests/unit/,made_up_gate.c signin_scratch.c)
JOURNAL_TESTS := $(addprefix $(B)/tests/unit/,test_journal test_journal_bulk test_signin_file \
		 test_signin_log test_signin_trouble)

$(JOURNAL_TESTS) $(B)/tests/unit/test_store: PURE_LIBS += -lsqlite3 -pthread
$(JOURNAL_TESTS) $(B)/tests/unit/test_store: $(patsubst %.c,$(B)/san/%.o,$(STORE_SRC))
$(JOURNAL_TESTS): $(patsubst %.c,$(B)/san/%.o,$(JOURNAL_SRC))

# The portal's database, and accounting with what surrounds it made up by the tests.
ACCOUNTS_SRC := $(call files,portal,accounts.c accounts_schema.c) tests/unit/scratch_accounts.c
ACCT_SRC     := $(ACCOUNTS_SRC) \
		$(addprefix user/portal/nas/accounting_,ends.c facts.c record.c rows.c spool.c)
ACCT_TESTS   := $(addprefix $(B)/tests/unit/,test_accounting test_accounting_ends test_accounting_send)

MAC_TESTS    := $(addprefix $(B)/tests/unit/,test_mac_auth test_mac_memory)

$(ACCT_TESTS) $(MAC_TESTS): PURE_LIBS += -lsqlite3
$(ACCT_TESTS): $(patsubst %.c,$(B)/san/%.o,$(ACCT_SRC))
$(B)/tests/unit/test_accounting_send: PURE_LIBS += -Wl,--wrap=radius_ask,--wrap=radius_begin
$(B)/tests/unit/test_accounting_send: $(B)/san/user/portal/nas/accounting_send.o
$(MAC_TESTS): $(patsubst %.c,$(B)/san/%.o,$(ACCOUNTS_SRC) user/portal/nas/mac_memory.c)
$(B)/tests/unit/test_mac_auth: PURE_LIBS += -Wl,--wrap=radius_ask,--wrap=radius_begin,--wrap=radius_secret
$(B)/tests/unit/test_mac_auth: $(patsubst %.c,$(B)/san/%.o,$(call files,portal,mac_auth.c mac_questions.c))

# Vouchers and users, with the daemon's part of them made up by the test.
VOUCHERS_SRC := $(ACCOUNTS_SRC) $(call files,portal,vouchers.c voucher_batches.c voucher_sessions.c)
USERS_SRC    := $(ACCOUNTS_SRC) $(call files,portal,form.c method_user.c password.c pool.c users.c)

$(B)/tests/unit/test_vouchers $(B)/tests/unit/test_users: PURE_LIBS += -lsqlite3 -lcrypt -pthread
$(B)/tests/unit/test_vouchers: $(patsubst %.c,$(B)/san/%.o,$(VOUCHERS_SRC))
$(B)/tests/unit/test_users: $(patsubst %.c,$(B)/san/%.o,$(USERS_SRC))

unit: $(UNIT) ## unit tests (ASan, UBSan)
	$(Q)tests/unit/run $(UNIT)

# BPF floor: frames from an independent builder through BPF_PROG_TEST_RUN.
# The responder's pure modules are in it, to be compared with the gate's own answers.
$(B)/tests/bpf_floor: $(wildcard tests/bpf/*.c tests/bpf/*.h) $(B)/gate.skel.h \
		      $(call objects,$(PURE_SRC))
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) -O2 -g $(filter %.c %.o,$^) -o $@ $(filter-out -lcmocka,$(PURE_LIBS)) -lbpf -lelf -lz

$(B)/tests/fixtures: $(wildcard tests/bpf/*.py tests/bpf/fixtures/*.py)
	$(call say,FIXTURE)
	$(Q)rm -rf $@ && mkdir -p $@ && $(PYTHON) tests/bpf/make_fixtures.py $@

bpf-floor: $(B)/tests/bpf_floor $(B)/tests/fixtures ## every verdict, byte by byte (root)
	$(Q)$(B)/tests/bpf_floor $(B)/tests/fixtures

lab-floor: all ## real clients and servers in network namespaces (root)
	$(Q)tests/lab/run

# Bench: a generator, an echo as the ceiling, and a script that sets them against each other.
BENCH_BOTH := tests/bench/tap.c user/responder/xsk.c
BENCH_LOAD := $(addprefix tests/bench/,connections.c flood.c histogram.c load.c noise.c options.c \
	      page_check.c processor.c udp.c volley.c wire.c)
BENCH_PROGRAMS := $(addprefix $(B)/bench/,load echo verdict api first)
BENCH_SKEL := $(patsubst %,$(B)/bench/%.skel.h,bench foreign verdict)

$(B)/bench/%.bpf.o: tests/bench/%.bpf.c tests/bench/ports.h tests/bench/macs.h
	@mkdir -p $(@D)
	$(call say,BPF)
	$(Q)$(CLANG) $(BPFFLAGS) -c $< -o $@

$(B)/bench/%.skel.h: $(B)/bench/%.bpf.o
	$(call say,SKEL)
	$(Q)$(BPFTOOL) gen skeleton $< name $*_bpf > $@

$(B)/bench/%.o: %.c $(BENCH_SKEL)
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(COMPILE) -I$(B)/bench -Itests/bench $(CFLAGS) -c $< -o $@

$(B)/bench/load: $(patsubst %.c,$(B)/bench/%.o,$(BENCH_LOAD) $(BENCH_BOTH))
$(B)/bench/echo: $(patsubst %.c,$(B)/bench/%.o,tests/bench/echo.c $(BENCH_BOTH))
$(B)/bench/verdict: $(patsubst %.c,$(B)/bench/%.o,$(addprefix tests/bench/,verdict.c subject.c udp.c))
$(B)/bench/api: $(patsubst %.c,$(B)/bench/%.o,$(addprefix tests/bench/,api.c channel.c histogram.c))
$(B)/bench/first: $(patsubst %.c,$(B)/bench/%.o,$(addprefix tests/bench/,first.c channel.c \
		    histogram.c udp.c))
$(BENCH_PROGRAMS):
	$(call say,LINK)
	$(Q)$(CC) $(LDFLAGS) $^ -o $@ -lbpf -lelf -lz -lxdp

bench: all $(BENCH_PROGRAMS) ## pages against nginx and a bare echo; BENCH=--quick is short (root)
	$(Q)tests/bench/run $(BENCH)

# Fuzz targets: libFuzzer over the pure modules.
FUZZFLAGS := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all

$(B)/fuzz/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC-FUZZ)
	$(Q)$(CLANG) -std=gnu11 $(WARNINGS) $(CPPFLAGS) -MMD -MP $(FUZZFLAGS) \
		-fsanitize=fuzzer-no-link -c $< -o $@

$(B)/fuzz/%: $(B)/fuzz/obj/tests/fuzz/%.o $(patsubst %.c,$(B)/fuzz/obj/%.o,$(PURE_SRC) $(SUPPORT))
	$(call say,LINK)
	$(Q)$(CLANG) $(FUZZFLAGS) -fsanitize=fuzzer $^ -o $@ $(filter-out -lcmocka,$(PURE_LIBS))

fuzz-corpus: $(addprefix $(B)/fuzz/,$(FUZZ)) ## every fuzz target over its corpus, once
	$(Q)tests/fuzz/run 0 $(FUZZ)

fuzz: $(addprefix $(B)/fuzz/,$(FUZZ)) ## every fuzz target for FUZZ_TIME seconds
	$(Q)tests/fuzz/run $(FUZZ_TIME) $(FUZZ)

lint: $(B)/gate.skel.h man ## formatting, static analysis, house rules
	$(Q)scripts/lint

check: lint unit fuzz-corpus bpf-floor lab-floor ## everything

lab: all ## the network lab, left running; see scripts/lab
	$(Q)scripts/lab create

# Of the network lab, for those who have no compiler.
$(B)/tests/pass.bpf.o: tests/lab/pass.bpf.c
	@mkdir -p $(@D)
	$(call say,BPF)
	$(Q)$(CLANG) $(BPFFLAGS) -c $< -o $@

install: all $(B)/tests/pass.bpf.o ## honours DESTDIR and PREFIX
	$(Q)DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' UNIT_DIR='$(UNIT_DIR)' ZSH_DIR='$(ZSH_DIR)' \
		X511_BUILD='$(abspath $(B))' scripts/install

.PHONY: deb
deb: ## Debian packages, into build/
	$(Q)scripts/deb $(VERSION)

clean: ## remove build/
	rm -rf $(B)

-include $(shell find $(B) -path $(B)/deb -prune -o -type f -name '*.d' -print 2>/dev/null)
