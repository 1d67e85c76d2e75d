# verbatim: build, tests and lints. `make help` lists the targets.
#
#   make demo    install what is missing, build, rehearse the shipped guide
#   make test    everything that must pass
#
# Variables: BUILD= (output folder), SANITIZE=address,undefined, DEVELOPER=1
# (warnings are errors), PREFIX=, DESTDIR=, CASE= (one test). config.mk, when
# it exists, is read first.

-include config.mk

BUILD ?= build
PREFIX ?= /usr/local
CC = gcc
PKG_CONFIG ?= pkg-config
DEVELOPER ?=
SANITIZE ?=
VERSION := 0.1.0

PKGS := libcmark yaml-0.1 libpcre2-8 libcrypto jansson sqlite3
TEST_PKGS := check
# Everything `make deps` looks for: pkg-config module and Debian package ...
DEPS := libcmark:libcmark-dev yaml-0.1:libyaml-dev libcurl:libcurl4-openssl-dev \
	libpcre2-8:libpcre2-dev libcrypto:libssl-dev jansson:libjansson-dev \
	sqlite3:libsqlite3-dev check:check
# ... and program and Debian package.
DEP_TOOLS := gcc:gcc make:make pkg-config:pkg-config bwrap:bubblewrap \
	git:git jq:jq
# For the lints and the slower checks; only `make deps-dev` installs these.
DEV_TOOLS := clang-format:clang-format clang-tidy:clang-tidy \
	valgrind:valgrind shellcheck:shellcheck mandoc:mandoc xmllint:libxml2-utils

ifneq ($(MAKECMDGOALS),)
NEEDS_PKGS := $(filter-out deps deps-dev demo test help clean,$(MAKECMDGOALS))
else
NEEDS_PKGS := all
endif

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion \
	-Wstrict-prototypes -Wmissing-prototypes -Wvla -Wwrite-strings -Wundef \
	-Wformat=2
ifneq ($(DEVELOPER),)
WARNINGS += -Werror
endif
OPT ?= -O2 -g
CPPFLAGS += -Isrc -I$(BUILD)/gen -D_GNU_SOURCE -DVB_VERSION='"$(VERSION)"' \
	-DVB_PREFIX='"$(PREFIX)"'
ifneq ($(NEEDS_PKGS),)
PKG_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(PKGS) 2>/dev/null)
PKG_LIBS := $(shell $(PKG_CONFIG) --libs $(PKGS) 2>/dev/null)
TEST_LIBS := $(shell $(PKG_CONFIG) --libs $(TEST_PKGS) 2>/dev/null)
endif
CFLAGS ?= $(OPT)
ALL_CFLAGS = -std=c17 $(WARNINGS) $(CFLAGS) $(PKG_CFLAGS) -fno-omit-frame-pointer
ALL_LDFLAGS = $(LDFLAGS)
ifneq ($(SANITIZE),)
ALL_CFLAGS += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all
ALL_LDFLAGS += -fsanitize=$(SANITIZE)
endif

FLOORS := base doc verify record rehearse plan report check exec cli
LIB_SRC := $(foreach d,$(filter-out cli,$(FLOORS)),$(wildcard src/$(d)/*.c)) \
	$(filter-out src/cli/main.c,$(wildcard src/cli/*.c))
SHIM_SRC := $(wildcard src/rehearse/shim_*.c)
LIB_SRC := $(filter-out $(SHIM_SRC),$(LIB_SRC))
LIB_OBJ := $(LIB_SRC:src/%.c=$(BUILD)/obj/%.o)
HEADERS := $(wildcard src/*/*.h)

UNIT_SRC := $(wildcard tests/unit/test_*.c)
UNIT_BIN := $(UNIT_SRC:tests/unit/%.c=$(BUILD)/tests/%)
FUZZ_SRC := $(wildcard tests/fuzz/fuzz_*.c)
FUZZ_BIN := $(FUZZ_SRC:tests/fuzz/%.c=$(BUILD)/fuzz/%)

.PHONY: all
all: $(BUILD)/verbatim $(BUILD)/verbatim-shim

$(BUILD)/libverbatim.a: $(LIB_OBJ)
	@rm -f $@
	@$(AR) rcs $@ $^

# From the objects, not from the archive: two functions of one name anywhere
# are an error here.
$(BUILD)/verbatim: $(BUILD)/obj/cli/main.o $(LIB_OBJ)
	@echo "  LINK $@"
	@$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(PKG_LIBS) -lm $(LDLIBS)

# The stand-in for simulated programs starts once for each command of a
# rehearsal: it links nothing but the C library, and that statically, which
# saves the search for it (SHIM_LDFLAGS= where there is no static one).
SHIM_LDFLAGS ?= -static
$(BUILD)/verbatim-shim: $(SHIM_SRC) $(wildcard src/rehearse/shim*.h) \
		src/rehearse/wire.h
	@mkdir -p $(@D)
	@echo "  LINK $@"
	@$(CC) -std=c17 $(WARNINGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) \
		$(SHIM_LDFLAGS) -o $@ $(SHIM_SRC)

# The shell's side of the session, as C strings.
$(BUILD)/gen/exec/%.inc: src/exec/%.bash
	@mkdir -p $(@D)
	@sed -e 's/\\/&&/g' -e 's/"/\\"/g' -e 's/.*/"&\\n"/' $< > $@

# The HTML report's style and script: a string a line, without comments (a
# block comment has lines of its own).
$(BUILD)/gen/report/%.inc: src/report/%
	@mkdir -p $(@D)
	@sed -e 's/^ *//' -e '/^\/\*.*\*\/$$/d' -e '/^\/\*/,/\*\/$$/d' -e '/^\/\//d' -e '/^$$/d' \
		-e 's/\\/&&/g' -e 's/"/\\"/g' -e 's/.*/"&\\n",/' $< > $@
ASSETS := $(patsubst src/%,$(BUILD)/gen/%.inc,$(wildcard src/report/report.*s))
$(BUILD)/obj/report/html_assets.o: $(ASSETS)
INCS := $(patsubst src/exec/%.bash,$(BUILD)/gen/exec/%.inc,\
	$(wildcard src/exec/*.bash))
$(BUILD)/obj/exec/session.o: $(INCS)
INCS += $(ASSETS)

$(BUILD)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	@echo "  CC   $<"
	@$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/%: tests/unit/%.c $(BUILD)/libverbatim.a
	@mkdir -p $(@D)
	@echo "  TEST $@"
	@$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -Itests/unit $(ALL_LDFLAGS) \
		-o $@ $< $(BUILD)/libverbatim.a $(TEST_LIBS) $(PKG_LIBS) -lm

$(BUILD)/fuzz/%: tests/fuzz/%.c tests/fuzz/replay_main.c $(BUILD)/libverbatim.a
	@mkdir -p $(@D)
	@echo "  FUZZ $@"
	@$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< \
		tests/fuzz/replay_main.c $(BUILD)/libverbatim.a $(PKG_LIBS) -lm

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

.PHONY: deps
deps:
	@sh tests/deps.sh "$(PKG_CONFIG)" "$(DEPS)" "$(DEP_TOOLS)"

.PHONY: deps-dev
deps-dev: deps
	@sh tests/deps.sh "$(PKG_CONFIG)" "" "$(DEV_TOOLS)"

.PHONY: demo
demo: deps
	@$(MAKE) --no-print-directory all
	@BUILD=$(BUILD) sh tests/demo.sh

.PHONY: test
test: deps
	@$(MAKE) --no-print-directory check

# What `test` runs once the dependencies are there.
.PHONY: check
check: all unit fuzz-replay
	@BUILD=$(BUILD) bash tests/run.sh $(CASE)

# The real programs of the shipped guide against servers on loopback; not part
# of `test`.
.PHONY: test-real
test-real: all
	@BUILD=$(BUILD) bash tests/real/run.sh

.PHONY: unit
unit: $(UNIT_BIN) $(BUILD)/verbatim-shim
	@set -e; for t in $(UNIT_BIN); do \
		env -i PATH="$$PATH" HOME="$$HOME" LC_ALL=C.UTF-8 TZ=UTC \
		$(if $(CK_FORK),CK_FORK=$(CK_FORK)) $$t; done

.PHONY: fuzz-replay
fuzz-replay: $(FUZZ_BIN)
	@set -e; for t in $(FUZZ_BIN); do name=$${t##*/fuzz_}; \
		$$t tests/fuzz/seeds/$$name; done

# Coverage-guided fuzzing of one target: make fuzz T=table SECS=60
.PHONY: fuzz
fuzz:
	@BUILD=$(BUILD) sh tests/fuzz/run.sh "$(T)" "$(or $(SECS),60)"

.PHONY: golden-update
golden-update: all
	@BUILD=$(BUILD) UPDATE=1 bash tests/run.sh $(CASE)

.PHONY: check-asan
check-asan:
	@$(MAKE) --no-print-directory BUILD=$(BUILD)-asan \
		SANITIZE=address,undefined OPT='-O1 -g' check

.PHONY: check-valgrind
check-valgrind: all $(UNIT_BIN)
	@BUILD=$(BUILD) bash tests/valgrind.sh

.PHONY: bench
bench: all $(BUILD)/libverbatim.a $(BUILD)/tests/test_record_mutation
	@BUILD=$(BUILD) bash tests/bench/run.sh

.PHONY: lint
lint: layers hdr-check format-check tidy shell-lint

# A file includes its own folder or a floor below.
.PHONY: layers
layers:
	@sh tests/layers.sh

# Each header compiles by itself, whatever was included before it.
.PHONY: hdr-check
hdr-check:
	@set -e; for h in $(HEADERS:src/%=%); do \
		printf '#include "%s"\nextern int vb_alone;\n' "$$h" | \
		$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -Werror -fsyntax-only -x c -; done
	@echo "hdr-check: $(words $(HEADERS)) headers compile alone"

ALL_C := $(wildcard src/*/*.[ch] tests/*/*.[ch])
.PHONY: format
format:
	@clang-format -i $(ALL_C)
.PHONY: format-check
format-check:
	@clang-format --dry-run -Werror $(ALL_C) && echo "format-check: clean"

# One file a process: clang-tidy 14 misreports va_list otherwise.
TIDY_SRC := $(wildcard src/*/*.c)
.PHONY: tidy
tidy: $(INCS)
	@printf '%s\n' $(TIDY_SRC) | xargs -P $$(nproc) -I{} clang-tidy --quiet {} \
		-- $(CPPFLAGS) -std=c17 $(PKG_CFLAGS) 2>/dev/null && \
		echo "tidy: clean"

.PHONY: shell-lint
shell-lint:
	@shellcheck -x $$(git ls-files '*.sh' '*.bash' .ci/run) && echo "shell-lint: clean"

.PHONY: install
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/libexec/verbatim \
		$(DESTDIR)$(PREFIX)/share/man/man1 \
		$(DESTDIR)$(PREFIX)/share/verbatim
	install -m 755 $(BUILD)/verbatim $(DESTDIR)$(PREFIX)/bin/verbatim
	install -m 755 $(BUILD)/verbatim-shim \
		$(DESTDIR)$(PREFIX)/libexec/verbatim/verbatim-shim
	$(BUILD)/verbatim help --man > \
		$(DESTDIR)$(PREFIX)/share/man/man1/verbatim.1
	cp -R fixtures/scenarios $(DESTDIR)$(PREFIX)/share/verbatim/

.PHONY: clean
clean:
	rm -rf build build-*

.PHONY: help
help:
	@sed -n '3,9s/^# \{0,1\}//p' Makefile
	@echo "targets: all demo test test-real check unit bench lint format check-asan"
	@echo "  check-valgrind fuzz golden-update install clean deps deps-dev"
