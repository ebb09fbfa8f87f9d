# make demo    simulate a meter, log it, report: the whole job in one command
# make test    build everything, run the tests
# make check   what a change has to pass: format, strict build, tests, real frames (AMS_FRAMES), examples, accuracy, bad lines,
#              fuzzing, faults
# make soak    the long forms of the faults: hours
# make accuracy  how far hours are from the truth: 10 000 simulated meter-months, an hour
# make test-sanitized  the tests under the address and the thread sanitizer: long
# make bench   how fast it is, side by side
# make deb     a Debian package in out/, for computers without a compiler
# make install PREFIX=/usr/local, make uninstall; make install-service, as root: a systemd service that logs from boot on

SWIFT ?= swift
PREFIX ?= /usr/local
DEMO := out/demo
BIN := .build/release
SOURCES := Package.swift Sources Tests migrations Benchmarks/Package.swift Benchmarks/Sources

.PHONY: demo test test-sanitized check soak accuracy bench build release setup lint format install uninstall install-service deb clean

setup:
	@test -e /usr/include/sqlite3.h || .ci/install-packages libsqlite3-dev

build: setup
	$(SWIFT) build --build-tests

release: setup
	$(SWIFT) build -c release

demo: release
	@rm -rf $(DEMO) && mkdir -p $(DEMO)
	@echo; echo "Three days of a 3-phase meter, simulated:"
	@$(BIN)/ams-simulator capture --meter aidon-tn --from 2026-01-14 --days 3 --output $(DEMO)/house
	@echo; echo "Logged into SQLite:"
	@$(BIN)/ams-logger replay $(DEMO)/house.capture --database $(DEMO)/ams.sqlite
	@echo; $(BIN)/ams-report daily --database $(DEMO)/ams.sqlite
	@echo; $(BIN)/ams-report hourly --database $(DEMO)/ams.sqlite --from 2026-01-16 --to 2026-01-16
	@$(BIN)/ams-report hourly --database $(DEMO)/ams.sqlite --format csv --output $(DEMO)/hours.csv
	@echo; echo "All hours as CSV: $(DEMO)/hours.csv"

test: build
	$(SWIFT) test --skip-build

# Only what decodes, stores and logs. Leaks are left out: the test runner itself never frees what it made.
test-sanitized: setup
	ASAN_OPTIONS=detect_leaks=0 $(SWIFT) test --sanitize=address --scratch-path .build-address --filter "FramesTests|StoreTests|LoggerTests"
	$(SWIFT) test --sanitize=thread --scratch-path .build-thread --filter "FramesTests|StoreTests|LoggerTests"

check: lint release build
	@command -v sqlite3 >/dev/null || .ci/install-packages sqlite3
	AMS_BIN=$(CURDIR)/$(BIN) $(SWIFT) test --skip-build
	AMS_BIN=$(CURDIR)/$(BIN) Tests/docs/run
	$(BIN)/ams-accuracy --months 200
	$(BIN)/ams-robustness
	Tests/fuzz/run
	AMS_BIN=$(CURDIR)/$(BIN) Tests/faults/run

soak: release
	AMS_BIN=$(CURDIR)/$(BIN) Tests/faults/soak

accuracy: release
	$(BIN)/ams-accuracy --months 10000

lint:
	$(SWIFT) format lint --strict --recursive $(SOURCES)

format:
	$(SWIFT) format --in-place --recursive $(SOURCES)

bench: setup
	$(SWIFT) build -c release --package-path Benchmarks
	Benchmarks/.build/release/bench

install: release
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(BIN)/ams-logger $(BIN)/ams-report $(BIN)/ams-simulator $(DESTDIR)$(PREFIX)/bin

uninstall:
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/bin/,ams-logger ams-report ams-simulator)
	rm -f $(DESTDIR)/lib/systemd/system/ams-logger.service $(DESTDIR)/usr/lib/sysusers.d/ams-logger.conf $(DESTDIR)/usr/lib/modules-load.d/ams-logger.conf

# The settings in /etc/ams-logger.toml and the log in /var/lib/ams-logger are the user's, and stay.
install-service: install
	install -D -m 644 packaging/ams-logger.sysusers $(DESTDIR)/usr/lib/sysusers.d/ams-logger.conf
	install -D -m 644 packaging/ams-logger.modules $(DESTDIR)/usr/lib/modules-load.d/ams-logger.conf
	install -d $(DESTDIR)/lib/systemd/system
	sed 's|/usr/local/bin|$(PREFIX)/bin|' packaging/ams-logger.service > $(DESTDIR)/lib/systemd/system/ams-logger.service
	test -e $(DESTDIR)/etc/ams-logger.toml || install -D -m 644 packaging/ams-logger.toml $(DESTDIR)/etc/ams-logger.toml
	test -n "$(DESTDIR)" || { systemd-sysusers && systemctl daemon-reload; }

deb: setup
	$(SWIFT) build -c release --static-swift-stdlib --scratch-path .build-deb
	packaging/make-deb .build-deb/release

clean:
	rm -rf .build .build-address .build-thread .build-deb Benchmarks/.build out
